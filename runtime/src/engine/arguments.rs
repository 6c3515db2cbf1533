//! The arguments of a call: from JS to a host function, and from Rust to JS.

use super::{
    convert::{FromJs, IntoJs, Mismatch},
    error::RunError,
    lock::Lock,
    thrown::Thrown,
};
use crate::v8;
use std::fmt;

/// The arguments of one call of a host function, for bodies that want more than a typed tuple: see
/// [`Lock::function_with`].
pub struct Arguments<'s> {
    pub(crate) function: &'static str,
    pub(crate) raw: v8::FunctionCallbackArguments<'s>,
}

impl<'s> Arguments<'s> {
    /// The name of the function that was called.
    #[must_use]
    pub fn function(&self) -> &'static str {
        self.function
    }

    /// How many arguments were passed.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::try_from(self.raw.length()).unwrap_or(0)
    }

    /// Whether none was passed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The receiver: what stands before the dot.
    #[must_use]
    pub fn this(&self) -> v8::Local<'s, v8::Object> {
        self.raw.this()
    }

    /// The argument at `index` (from 0), unconverted; `undefined` if it was not passed.
    #[must_use]
    pub fn value(&self, index: usize) -> v8::Local<'s, v8::Value> {
        self.raw.get(i32::try_from(index).unwrap_or(i32::MAX))
    }

    /// All arguments, unconverted.
    #[must_use]
    pub fn all(&self) -> Vec<v8::Local<'s, v8::Value>> {
        (0..self.len()).map(|index| self.value(index)).collect()
    }

    /// Converts the argument at `index` (from 0), which the function calls `name`.
    ///
    /// # Errors
    /// A `TypeError` (or `RangeError`) that names function, argument and expected type.
    #[inline]
    pub fn get<T: FromJs<'s>>(&self, lock: &mut Lock<'s>, index: usize, name: &str) -> Result<T, Thrown<'s>> {
        self.convert(lock, index, Some(name))
    }

    #[inline]
    fn convert<T: FromJs<'s>>(&self, lock: &mut Lock<'s>, index: usize, name: Option<&str>) -> Result<T, Thrown<'s>> {
        if index >= self.len()
            && let Some(value) = T::missing()
        {
            return Ok(value);
        }
        T::from_js(self.value(index), lock).map_err(|mismatch| self.refuse(index, name, mismatch))
    }

    #[cold]
    fn refuse(&self, index: usize, name: Option<&str>, mismatch: Mismatch) -> Thrown<'s> {
        let Mismatch { expected, found, out_of_range } = mismatch;
        let found = if index >= self.len() { "nothing".into() } else { found };
        let name = name.map(|name| format!(" (`{name}`)")).unwrap_or_default();
        let message = format!("{}: argument {}{name}: expected {expected}, found {found}", self.function, index + 1);
        if out_of_range { Thrown::range_error(message) } else { Thrown::type_error(message) }
    }
}

impl fmt::Debug for Arguments<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arguments").field("function", &self.function).field("len", &self.len()).finish()
    }
}

/// What the arguments of a JS call can be converted to: a tuple of up to 12 types that are each [`FromJs`]. An `Option`
/// may be missing; arguments beyond the tuple are ignored, as JS does.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be made from the arguments of a JS call",
    label = "not a tuple of what is `FromJs`",
    note = "write the arguments as a tuple with its types: `(line, times): (String, Option<u32>)`, or `(): ()` for none",
    note = "a body that takes or returns locals gets them from `lock.function_with`"
)]
pub trait FromArguments<'s>: Sized {
    /// How many have to be passed: the function's `length` in JS.
    #[doc(hidden)]
    fn required() -> i32;

    /// Converts them.
    ///
    /// # Errors
    /// A `TypeError` (or `RangeError`) that names function, position and expected type.
    fn from_arguments(lock: &mut Lock<'s>, args: &Arguments<'s>) -> Result<Self, Thrown<'s>>;
}

/// The arguments of a call into JS: a tuple of what is [`IntoJs`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tuple of arguments for JS",
    label = "arguments are a tuple of up to twelve",
    note = "one argument is a tuple, too: `(5.0,)`; each has to be `isolock::IntoJs`"
)]
pub trait IntoArguments<'s> {
    /// Converts them.
    ///
    /// # Errors
    /// If V8 can't hold one.
    fn into_arguments(self, lock: &mut Lock<'s>) -> Result<Vec<v8::Local<'s, v8::Value>>, RunError>;
}

macro_rules! arguments {
    ($($index:tt $name:ident)*) => {
        impl<'s, $($name: FromJs<'s>),*> FromArguments<'s> for ($($name,)*) {
            fn required() -> i32 {
                let required: &[bool] = &[$($name::missing().is_none()),*];
                required.iter().take_while(|required| **required).map(|_| 1).sum()
            }

            #[allow(unused_variables, clippy::unused_unit, reason = "one of the tuples is empty")]
            #[inline]
            fn from_arguments(lock: &mut Lock<'s>, args: &Arguments<'s>) -> Result<Self, Thrown<'s>> {
                Ok(($(args.convert::<$name>(lock, $index, None)?,)*))
            }
        }

        impl<'s, $($name: IntoJs<'s>),*> IntoArguments<'s> for ($($name,)*) {
            #[allow(non_snake_case, unused_variables, reason = "the names of the types serve as those of the values")]
            fn into_arguments(self, lock: &mut Lock<'s>) -> Result<Vec<v8::Local<'s, v8::Value>>, RunError> {
                let ($($name,)*) = self;
                Ok(vec![$($name.into_js(lock)?),*])
            }
        }
    };
}
arguments!();
arguments!(0 A);
arguments!(0 A 1 B);
arguments!(0 A 1 B 2 C);
arguments!(0 A 1 B 2 C 3 D);
arguments!(0 A 1 B 2 C 3 D 4 E);
arguments!(0 A 1 B 2 C 3 D 4 E 5 F);
arguments!(0 A 1 B 2 C 3 D 4 E 5 F 6 G);
arguments!(0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H);
arguments!(0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I);
arguments!(0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J);
arguments!(0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K);
arguments!(0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H 8 I 9 J 10 K 11 L);
