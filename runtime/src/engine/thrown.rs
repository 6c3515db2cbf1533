//! What a host function gives to JS, and what it throws.

use super::{convert::Mismatch, error::RunError, js_error::JsError, lock::Lock};
use crate::{rules, v8};
use std::{error::Error, fmt};

/// What a host function gives to JS: a value, or something to throw.
pub type Outcome<'s> = Result<v8::Local<'s, v8::Value>, Thrown<'s>>;

/// What a host function throws: an error that is made when it is thrown, or any JS value.
///
/// It is no [`Error`](std::error::Error) itself. `?` makes one from a [`RunError`] and from a [`Mismatch`];
/// [`Thrown::from_error`] takes any other error. A JS exception on its way through Rust stays the same JS value.
// Boxed, so that the results of the many calls that don't throw are small.
pub struct Thrown<'s>(Box<What<'s>>);

enum What<'s> {
    Error { class: Class, message: String, causes: Vec<String>, root: Option<JsError> },
    Js(JsError),
    Value(v8::Local<'s, v8::Value>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Error,
    Type,
    Range,
    Syntax,
    Reference,
}

impl Class {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "Error" => Self::Error,
            "TypeError" => Self::Type,
            "RangeError" => Self::Range,
            "SyntaxError" => Self::Syntax,
            "ReferenceError" => Self::Reference,
            _ => return None,
        })
    }
}

impl<'s> Thrown<'s> {
    /// An `Error`.
    #[must_use]
    pub fn error(message: impl Into<String>) -> Self {
        Self::new(Class::Error, message.into())
    }

    /// A `TypeError`: an argument or a receiver is of the wrong kind.
    #[must_use]
    pub fn type_error(message: impl Into<String>) -> Self {
        Self::new(Class::Type, message.into())
    }

    /// A `RangeError`: an argument is of the right kind, but not in its range.
    #[must_use]
    pub fn range_error(message: impl Into<String>) -> Self {
        Self::new(Class::Range, message.into())
    }

    /// A JS value, thrown as it is.
    #[must_use]
    pub fn value(value: v8::Local<'s, v8::Value>) -> Self {
        Self(Box::new(What::Value(value)))
    }

    /// An `Error` with the message of `error`, and its chain of sources as `cause`. A JS exception ([`RunError::Threw`],
    /// [`JsError`]) is thrown again as the value that it was; in the chain it is the last `cause`.
    #[must_use]
    pub fn from_error(error: &(dyn Error + 'static)) -> Self {
        if let Some(js) = js_error(error) {
            return Self(Box::new(What::Js(js.clone())));
        }
        let mut causes = Vec::new();
        let mut root = None;
        let mut source = error.source();
        while let Some(cause) = source {
            root = js_error(cause).cloned();
            if root.is_some() {
                break;
            }
            causes.push(cause.to_string());
            source = cause.source();
        }
        Self(Box::new(What::Error { class: Class::Error, message: error.to_string(), causes, root }))
    }

    fn new(class: Class, message: String) -> Self {
        Self(Box::new(What::Error { class, message, causes: Vec::new(), root: None }))
    }

    pub(crate) fn panicked(function: &str, message: &str) -> Self {
        Self::error(format!("{}: host function `{function}` panicked: {message}", rules::R10))
    }

    /// The value to throw.
    pub(crate) fn into_value(self, lock: &mut Lock<'s>) -> v8::Local<'s, v8::Value> {
        match *self.0 {
            What::Value(value) => value,
            What::Js(error) => again(lock, &error),
            What::Error { class, message, causes, root } => {
                let mut cause = root.map(|error| again(lock, &error));
                for text in causes.iter().rev() {
                    cause = Some(build(lock, Class::Error, text, cause));
                }
                build(lock, class, &message, cause)
            }
        }
    }
}

/// The JS exception that `error` is.
fn js_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e JsError> {
    match error.downcast_ref::<RunError>() {
        Some(error) => error.js(),
        None => error.downcast_ref::<JsError>(),
    }
}

/// The value that was thrown; a likeness of it where that one can't be opened (another isolate or group, or copied text).
fn again<'s>(lock: &mut Lock<'s>, error: &JsError) -> v8::Local<'s, v8::Value> {
    if let Some(value) = error.value().and_then(|root| root.try_get(lock).ok()) {
        return value;
    }
    if error.class == "string" {
        return lock.string(&error.message).map_or_else(|_| lock.undefined(), Into::into);
    }
    let cause = error.cause.as_ref().map(|cause| again(lock, cause));
    let known = Class::of(&error.class);
    let value = build(lock, known.unwrap_or(Class::Error), &error.message, cause);
    let name = known.is_none().then_some(("name", error.class.as_str()));
    let stack = error.stack.as_deref().map(|stack| ("stack", stack));
    for (name, text) in name.into_iter().chain(stack) {
        define(lock, value, name, |lock| lock.string(text).ok().map(Into::into));
    }
    value
}

fn build<'s>(
    lock: &mut Lock<'s>,
    class: Class,
    message: &str,
    cause: Option<v8::Local<'s, v8::Value>>,
) -> v8::Local<'s, v8::Value> {
    let Ok(text) = lock.string(message) else { return lock.undefined() };
    let error = match class {
        Class::Error => v8::Exception::error(lock, text),
        Class::Type => v8::Exception::type_error(lock, text),
        Class::Range => v8::Exception::range_error(lock, text),
        Class::Syntax => v8::Exception::syntax_error(lock, text),
        Class::Reference => v8::Exception::reference_error(lock, text),
    };
    if cause.is_some() {
        define(lock, error, "cause", |_lock| cause);
    }
    error
}

/// Defines a property as V8 does for errors: own, and not enumerable.
fn define<'s>(
    lock: &mut Lock<'s>,
    error: v8::Local<'s, v8::Value>,
    name: &str,
    value: impl FnOnce(&mut Lock<'s>) -> Option<v8::Local<'s, v8::Value>>,
) {
    if let (Ok(object), Ok(key), Some(value)) =
        (v8::Local::<v8::Object>::try_from(error), lock.string(name), value(lock))
    {
        object.define_own_property(lock, key.into(), value, v8::PropertyAttribute::DONT_ENUM);
    }
}

/// For a local that is to be thrown as it is.
impl<'s> From<v8::Local<'s, v8::Value>> for Thrown<'s> {
    fn from(value: v8::Local<'s, v8::Value>) -> Self {
        Self::value(value)
    }
}

impl From<RunError> for Thrown<'_> {
    fn from(error: RunError) -> Self {
        Self::from_error(&error)
    }
}

impl From<JsError> for Thrown<'_> {
    fn from(error: JsError) -> Self {
        Self(Box::new(What::Js(error)))
    }
}

/// A `TypeError`, or a `RangeError` for a value out of its range.
impl From<Mismatch> for Thrown<'_> {
    fn from(mismatch: Mismatch) -> Self {
        let class = if mismatch.out_of_range { Class::Range } else { Class::Type };
        Self::new(class, format!("expected {}, found {}", mismatch.expected, mismatch.found))
    }
}

impl fmt::Debug for Thrown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            What::Error { class, message, .. } => f.debug_tuple("Thrown").field(class).field(message).finish(),
            What::Js(error) => f.debug_tuple("Thrown").field(error).finish(),
            What::Value(_) => f.debug_tuple("Thrown").field(&"a JS value").finish(),
        }
    }
}
