//! Between JS values and Rust values.

use super::{error::RunError, lock::Lock, root::JsRoot};
use crate::v8;
use std::{borrow::Cow, panic::Location};

/// A JS value was not what was expected.
#[derive(Debug, Clone)]
pub struct Mismatch {
    /// What was expected, with its article (`a string`).
    pub expected: Cow<'static, str>,
    /// What was found.
    pub found: Cow<'static, str>,
    /// The type was right, but the value out of its range.
    pub out_of_range: bool,
}

impl From<Mismatch> for RunError {
    fn from(mismatch: Mismatch) -> Self {
        Self::Convert { expected: mismatch.expected.as_ref().into(), found: mismatch.found.as_ref().into() }
    }
}

/// What a JS value can be converted to. Nothing is coerced: `"1"` is no number.
///
/// Inside a turn: `let n = f64::from_js(value, lock)?` (a [`Mismatch`] becomes [`RunError::Convert`]).
///
/// | Rust | JS |
/// |---|---|
/// | `f64`, `f32` | number |
/// | integers | whole number in range; 64-bit ones also a bigint in range |
/// | `bool` | boolean |
/// | `String` | string |
/// | `Option<T>` | `undefined`, `null` or a missing argument is `None` |
/// | `Vec<T>` | array |
/// | `Vec<u8>` | typed array, `DataView` or `ArrayBuffer`, copied |
/// | `()` | anything |
/// | `JsRoot<T>`, `Local<'s, T>` | a value of that V8 type |
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be made from a JS value",
    label = "not `FromJs`",
    note = "numbers, `bool`, `String`, `Option`, `Vec`, `Vec<u8>` for bytes, `JsRoot` and locals can",
    note = "for other types: `impl<'s> isolock::FromJs<'s>` for one of your own; for `!` name a type: `ctx.eval::<f64>(..)`",
    note = "a parameter of a host function that JS doesn't pass is a capture (R2 explicit-captures): mark it `#[capture]`"
)]
pub trait FromJs<'s>: Sized {
    /// What is expected, with its article.
    fn expected() -> Cow<'static, str>;

    /// Converts the value.
    ///
    /// # Errors
    /// If it is something else.
    fn from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Self, Mismatch>;

    /// What a missing argument stands for, if it may be missing.
    #[must_use]
    fn missing() -> Option<Self> {
        None
    }

    /// How a `Vec` of this type is expected. Bytes are special.
    #[doc(hidden)]
    fn expected_many() -> Cow<'static, str> {
        format!("an array whose items are each {}", Self::expected()).into()
    }

    /// Converts to a `Vec` of this type. Bytes are special.
    #[doc(hidden)]
    fn many_from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Vec<Self>, Mismatch> {
        let Ok(array) = v8::Local::<v8::Array>::try_from(value) else {
            return Err(Mismatch {
                expected: Self::expected_many(),
                found: lock.describe(value).into(),
                out_of_range: false,
            });
        };
        let mut items = Vec::new();
        for index in 0..array.length() {
            let unreadable = |found: String| Mismatch {
                expected: format!("{} at [{index}]", Self::expected()).into(),
                found: found.into(),
                out_of_range: false,
            };
            // An item may be a getter, which may throw.
            let item =
                lock.try_catch(|lock| array.get_index(lock, index)).map_err(|error| unreadable(error.to_string()))?;
            items.push(
                Self::from_js(item, lock)
                    .map_err(|mismatch| Mismatch { expected: at(&mismatch.expected, index).into(), ..mismatch })?,
            );
        }
        Ok(items)
    }
}

/// Where the item stands: `a number at [0]`, and one level up `a number at [2][0]`.
fn at(expected: &str, index: u32) -> String {
    match expected.rsplit_once(" at [") {
        Some((what, path)) => format!("{what} at [{index}][{path}"),
        None => format!("{expected} at [{index}]"),
    }
}

#[cold]
pub(crate) fn mismatch<'s, T: FromJs<'s>>(value: v8::Local<'s, v8::Value>, lock: &Lock<'s>) -> Mismatch {
    Mismatch { expected: T::expected(), found: lock.describe(value).into(), out_of_range: false }
}

/// What can become a JS value. The reverse of [`FromJs`], and `&'static str`.
///
/// A 64-bit integer must be one that a JS number holds exactly (up to 2^53 − 1).
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't become a JS value",
    label = "not `IntoJs`",
    note = "numbers, `bool`, strings, `Option`, `Vec`, `Vec<u8>` as bytes, `()`, `JsRoot` and locals can",
    note = "for other types: `impl<'s> isolock::IntoJs<'s>` for one of your own"
)]
pub trait IntoJs<'s>: Sized {
    /// Converts the value.
    ///
    /// # Errors
    /// If V8 can't hold it.
    fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError>;

    /// Converts many. Bytes are special.
    #[doc(hidden)]
    fn many_into_js(values: Vec<Self>, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        let items = values.into_iter().map(|value| value.into_js(lock)).collect::<Result<Vec<_>, _>>()?;
        Ok(v8::Array::new_with_elements(lock, &items).into())
    }
}

impl<'s> FromJs<'s> for bool {
    fn expected() -> Cow<'static, str> {
        "a boolean".into()
    }

    fn from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
        if value.is_boolean() { Ok(value.is_true()) } else { Err(mismatch::<Self>(value, lock)) }
    }
}

impl<'s> IntoJs<'s> for bool {
    fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        let scope: &v8::PinScope<'s, 's> = lock;
        Ok(v8::Boolean::new(scope, self).into())
    }
}

impl<'s> FromJs<'s> for String {
    fn expected() -> Cow<'static, str> {
        "a string".into()
    }

    fn from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
        match v8::Local::<v8::String>::try_from(value) {
            Ok(string) => Ok(string.to_rust_string_lossy(lock)),
            Err(_) => Err(mismatch::<Self>(value, lock)),
        }
    }
}

impl<'s> IntoJs<'s> for String {
    fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        Ok(lock.string(&self)?.into())
    }
}

impl<'s> IntoJs<'s> for &str {
    fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        Ok(lock.string(self)?.into())
    }
}

impl<'s, T: FromJs<'s>> FromJs<'s> for Option<T> {
    fn expected() -> Cow<'static, str> {
        format!("{}, null or undefined", T::expected()).into()
    }

    fn from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
        if value.is_null_or_undefined() {
            return Ok(None);
        }
        let found = T::from_js(value, lock).map_err(|mismatch| Mismatch {
            expected: format!("{}, null or undefined", mismatch.expected).into(),
            ..mismatch
        })?;
        Ok(Some(found))
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}

impl<'s, T: IntoJs<'s>> IntoJs<'s> for Option<T> {
    fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        match self {
            Some(value) => value.into_js(lock),
            None => Ok(lock.undefined()),
        }
    }
}

impl<'s, T: FromJs<'s>> FromJs<'s> for Vec<T> {
    fn expected() -> Cow<'static, str> {
        T::expected_many()
    }

    fn from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
        T::many_from_js(value, lock)
    }
}

impl<'s, T: IntoJs<'s>> IntoJs<'s> for Vec<T> {
    fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        T::many_into_js(self, lock)
    }
}

impl<'s> FromJs<'s> for () {
    fn expected() -> Cow<'static, str> {
        "anything".into()
    }

    fn from_js(_value: v8::Local<'s, v8::Value>, _lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
        Ok(())
    }
}

impl<'s> IntoJs<'s> for () {
    fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        Ok(lock.undefined())
    }
}

/// The name of a V8 type for messages: `v8::data::Function` is `a v8 Function`.
fn type_name<T>() -> Cow<'static, str> {
    let name = std::any::type_name::<T>();
    format!("a v8 {}", name.rsplit("::").next().unwrap_or(name)).into()
}

impl<'s, T> FromJs<'s> for v8::Local<'s, T>
where
    v8::Local<'s, v8::Value>: TryInto<v8::Local<'s, T>>,
{
    fn expected() -> Cow<'static, str> {
        type_name::<T>()
    }

    fn from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
        value.try_into().map_err(|_| mismatch::<Self>(value, lock))
    }
}

impl<'s, T> IntoJs<'s> for v8::Local<'s, T>
where
    v8::Local<'s, T>: Into<v8::Local<'s, v8::Value>>,
{
    fn into_js(self, _lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        Ok(self.into())
    }
}

impl<'s, T> FromJs<'s> for JsRoot<T>
where
    v8::Local<'s, v8::Value>: TryInto<v8::Local<'s, T>>,
{
    fn expected() -> Cow<'static, str> {
        type_name::<T>()
    }

    fn from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
        let local = v8::Local::<'s, T>::from_js(value, lock)?;
        Ok(Self::new(lock, local, Location::caller()))
    }
}

impl<'s, T> IntoJs<'s> for JsRoot<T>
where
    v8::Local<'s, T>: Into<v8::Local<'s, v8::Value>>,
{
    fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        Ok(self.try_get(lock)?.into())
    }
}
