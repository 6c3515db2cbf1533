//! Host functions: what macros and closures become, and how their results reach JS.

use super::{
    arguments::Arguments,
    callback::{self, ErasedFn},
    convert::IntoJs,
    error::RunError,
    lock::Lock,
    portable::Portable,
    thrown::{Outcome, Thrown},
};
use std::error::Error;

/// What an annotated function's binding implements. Written by `#[isolate_fn]`.
#[diagnostic::on_unimplemented(
    message = "R2 explicit-captures: `{Self}` is no binding of an annotated function",
    label = "not a binding",
    note = "the binding is the struct beside the function, its captures in braces: `add {{}}`, `greet {{ greeting }}`",
    note = "`#[isolate_fn]` on the function makes it"
)]
pub trait HostFunction {
    /// Its name in JS.
    const NAME: &'static str;
    /// Its `length` in JS.
    const LENGTH: i32;
    /// Puts what it captures on trust on the list of [`trusted`](super::trusted()). Called wherever a binding becomes a
    /// function.
    fn register() {}
    /// Converts arguments, calls the function, converts its result.
    fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s>;
}

/// What a host function may return: anything that is [`IntoJs`], or a `Result` of it with any `std::error::Error`, which
/// becomes a JS `Error` with the error's message, and its chain of sources as `cause`. A JS exception that passes through
/// stays the same JS value. An [`Outcome`] is given as it is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be given to JS as the result of a host function",
    label = "not `IntoJs`, nor a `Result` of it with a `std::error::Error`",
    note = "numbers, `bool`, strings, `Option`, `Vec`, `Vec<u8>` as bytes, `()`, `JsRoot` and locals can",
    note = "for other types: `impl<'s> isolock::IntoJs<'s>` for one of your own",
    note = "the `E` of a `Result<T, E>` has to be a `std::error::Error`, which `String` and `&str` are not"
)]
pub trait IntoOutcome<'s> {
    /// The result for JS.
    ///
    /// # Errors
    /// What to throw.
    fn into_outcome(self, lock: &mut Lock<'s>) -> Outcome<'s>;
}

impl<'s, T: IntoJs<'s>> IntoOutcome<'s> for T {
    fn into_outcome(self, lock: &mut Lock<'s>) -> Outcome<'s> {
        self.into_js(lock).map_err(|error| Thrown::from_error(&error))
    }
}

impl<'s, T: IntoJs<'s>, E: Error + 'static> IntoOutcome<'s> for Result<T, E> {
    fn into_outcome(self, lock: &mut Lock<'s>) -> Outcome<'s> {
        self.map_err(|error| Thrown::from_error(&error))?.into_outcome(lock)
    }
}

impl<'s, T: IntoJs<'s>> IntoOutcome<'s> for Result<T, Thrown<'s>> {
    fn into_outcome(self, lock: &mut Lock<'s>) -> Outcome<'s> {
        self?.into_outcome(lock)
    }
}

/// Any [`Clone`]: carries the words for a capture that isn't.
#[diagnostic::on_unimplemented(
    message = "R2 explicit-captures: `{Self}` is captured by value, and it is not `Clone`",
    label = "each call of the function needs a clone of it",
    note = "derive `Clone`, or capture it shared: `Arc<{Self}>`; a sync function may also borrow it: `&{Self}`"
)]
pub trait CloneForEachCall: Clone {}
impl<T: Clone> CloneForEachCall for T {}

/// Checked by the expansion for each capture that the function gets a clone of. It asks for the tuple, because rustc shows
/// the words for an `Rc` only if it is inside of something.
pub const fn assert_capture<T: CloneForEachCall>()
where
    (T,): Portable,
{
}
/// Checked by the expansion for each capture that is lent to the function.
pub const fn assert_capture_ref<T>()
where
    (T,): Portable,
{
}
/// Checked by the expansion for each capture on trust (`#[capture(trusted = "why")]`) that the function gets a clone of.
pub const fn assert_trusted_capture<T: Send + 'static + CloneForEachCall>() {}
/// Checked by the expansion for each capture on trust that is lent to the function.
pub const fn assert_trusted_capture_ref<T: Send + 'static>() {}

struct Host<B>(B);

impl<B: HostFunction + Send + 'static> ErasedFn for Host<B> {
    fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s> {
        self.0.call(lock, args)
    }
}

/// A tuple of bindings: `(add {}, fetch_text { client })`. Made by `#[isolate_fn]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tuple of bindings of annotated functions",
    label = "`lock.install` takes a tuple of bindings",
    note = "annotate a function with `#[isolate_fn]`, and pass its binding in braces: `lock.install((add {{}},))`"
)]
pub trait Bindings {
    /// Makes each a global function of the lock's context.
    ///
    /// # Errors
    /// If V8 refuses.
    fn install(self, lock: &mut Lock<'_>) -> Result<(), RunError>;

    /// Makes each a function of the lock's context, with its name.
    #[doc(hidden)]
    fn functions<'s>(self, lock: &mut Lock<'s>) -> Result<Vec<(&'static str, v8::Local<'s, v8::Function>)>, RunError>;
}

/// A binding on its way to JS, without its type: what is done with it is compiled once.
struct Bound {
    name: &'static str,
    length: i32,
    code: Box<dyn ErasedFn>,
}

impl Bound {
    fn new<B: HostFunction + Send + 'static>(binding: B) -> Self {
        B::register();
        Self { name: B::NAME, length: B::LENGTH, code: Box::new(Host(binding)) }
    }

    fn function<'s>(self, lock: &mut Lock<'s>) -> Result<(&'static str, v8::Local<'s, v8::Function>), RunError> {
        Ok((self.name, callback::make_collected(lock, self.name, self.length, self.code)?))
    }

    fn install(self, lock: &mut Lock<'_>) -> Result<(), RunError> {
        lock.scope(|lock| {
            let (name, function) = self.function(lock)?;
            let key = lock.string(name)?;
            lock.try_catch(|lock| lock.get_current_context().global(lock).set(lock, key.into(), function.into()))?;
            Ok(())
        })
    }
}

macro_rules! bindings {
    ($($name:ident)*) => {
        impl<$($name: HostFunction + Send + 'static),*> Bindings for ($($name,)*) {
            #[allow(non_snake_case, unused_variables, reason = "the names of the types serve as those of the values")]
            fn install(self, lock: &mut Lock<'_>) -> Result<(), RunError> {
                let ($($name,)*) = self;
                $(Bound::new($name).install(lock)?;)*
                Ok(())
            }

            #[allow(non_snake_case, unused_variables, reason = "the names of the types serve as those of the values")]
            fn functions<'s>(
                self,
                lock: &mut Lock<'s>,
            ) -> Result<Vec<(&'static str, v8::Local<'s, v8::Function>)>, RunError> {
                let ($($name,)*) = self;
                Ok(vec![$(Bound::new($name).function(lock)?),*])
            }
        }
    };
}
bindings!();
bindings!(A);
bindings!(A B);
bindings!(A B C);
bindings!(A B C D);
bindings!(A B C D E);
bindings!(A B C D E F);
bindings!(A B C D E F G);
bindings!(A B C D E F G H);
bindings!(A B C D E F G H I);
bindings!(A B C D E F G H I J);
bindings!(A B C D E F G H I J K);
bindings!(A B C D E F G H I J K L);
