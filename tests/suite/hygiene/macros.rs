//! Functions that `macro_rules!` macros write, out of their own tokens and those they are given.

pub(crate) use isolock as reexported;

/// Names and types are given, the rest is the macro's; the parameter of the caller and that of the macro look the same.
macro_rules! step {
    ($name:ident($value:ident: $ty:ty) -> $result:ty = $body:expr) => {
        #[isolock::isolate_fn(crate = $crate::hygiene::macros::reexported)]
        pub(crate) fn $name($value: $ty) -> $result {
            let lock = 1.0;
            $body + lock - lock
        }
    };
}

step!(increment(lock: f64) -> f64 = lock + 1.0);
step!(decrement(value: f64) -> f64 = value - 1.0);

/// A `value` of the macro beside one of the caller.
macro_rules! scaled {
    ($value:ident) => {
        #[isolock::isolate_fn]
        pub(crate) fn scaled(#[capture] value: f64, #[capture] factor: f64, $value: f64) -> f64 {
            value * factor + $value
        }
    };
}

scaled!(value);

/// Whole parts of the signature are given.
macro_rules! tagged {
    ($(#[$attr:meta])* $vis:vis $name:ident<$param:ident: $($bound:path),+>, $capture:ty, $arg:pat_param => $arg_ty:ty) => {
        $(#[$attr])*
        #[isolock::isolate_fn]
        $vis fn $name<$param: $($bound +)+>(#[capture] tag: &$capture, text: $arg_ty) -> String {
            format!("{tag}{text}")
        }
    };
}

tagged!(
    /// Puts a tag before a text.
    #[must_use]
    pub(crate) tagged<T: std::fmt::Display, isolock::Portable>, T, _text => String
);
