//! Why an import failed, for Rust and for JS.

use super::super::{
    error::RunError,
    exception,
    function::Thrown,
    js_error::{JsError, Position},
    lock::Lock,
    root::JsRoot,
};
use crate::v8;
use std::{panic::Location, pin::pin, sync::Arc};

/// Why an import failed.
#[derive(Clone)]
pub(crate) enum Failure {
    /// The turn or the event ended.
    Run(RunError),
    /// What JS is told. `thrown` is the value where V8 made it: every import of the module throws the same one.
    Js { error: Arc<JsError>, thrown: Option<JsRoot<v8::Value>> },
}

impl Failure {
    /// An error of the host's own.
    pub(super) fn new(class: &str, message: String, causes: &[String], position: Option<Position>) -> Self {
        let cause = causes.iter().rev().fold(None, |cause, text| {
            let error = js_error("Error", text.clone(), None, cause);
            Some(Box::new(error))
        });
        Self::Js { error: Arc::new(js_error(class, message, position, cause)), thrown: None }
    }

    pub(super) fn type_error(message: String) -> Self {
        Self::new("TypeError", message, &[], None)
    }

    pub(super) fn into_run_error(self) -> RunError {
        match self {
            Self::Run(error) => error,
            Self::Js { error, .. } => RunError::Threw(error),
        }
    }

    /// What to throw.
    pub(super) fn into_thrown<'s>(self, lock: &mut Lock<'s>) -> Thrown<'s> {
        match self {
            Self::Run(error) => Thrown::error(&error),
            Self::Js { error, thrown } => match thrown.and_then(|thrown| thrown.get(lock).ok()) {
                Some(value) => value.into(),
                None => build(lock, &error).into(),
            },
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Threw(error) => Self::Js { error, thrown: None },
            other => Self::Run(other),
        }
    }
}

fn js_error(class: &str, message: String, position: Option<Position>, cause: Option<Box<JsError>>) -> JsError {
    JsError { class: class.to_owned(), message, stack: None, position, cause }
}

/// The JS error for one that was made in Rust.
fn build<'s>(lock: &mut Lock<'s>, error: &JsError) -> v8::Local<'s, v8::Value> {
    let cause = error.cause.as_ref().map(|cause| build(lock, cause));
    let Ok(text) = lock.string(&error.message) else { return lock.undefined() };
    let value = match error.class.as_str() {
        "TypeError" => v8::Exception::type_error(lock, text),
        "SyntaxError" => v8::Exception::syntax_error(lock, text),
        _ => v8::Exception::error(lock, text),
    };
    if let (Some(cause), Ok(object), Ok(key)) = (cause, v8::Local::<v8::Object>::try_from(value), lock.string("cause"))
    {
        object.define_own_property(lock, key.into(), cause, v8::PropertyAttribute::DONT_ENUM);
    }
    value
}

/// Like [`Lock::try_catch`], and keeps the value that was thrown.
pub(super) fn catching<'s, R>(
    lock: &mut Lock<'s>,
    f: impl FnOnce(&mut v8::PinScope<'s, 's>) -> Option<R>,
) -> Result<R, Failure> {
    lock.check()?;
    let (error, thrown) = {
        let catch = pin!(v8::TryCatch::new(lock.scope_mut()));
        let mut catch = catch.init();
        if let Some(value) = f(&mut catch) {
            return Ok(value);
        }
        let thrown = catch.exception().filter(|_| !catch.has_terminated());
        (exception::caught(&mut catch), thrown)
    };
    match error {
        RunError::Threw(error) => {
            let thrown = thrown.map(|value| JsRoot::new(lock, value, Location::caller()));
            Err(Failure::Js { error, thrown })
        }
        other => Err(Failure::Run(other)),
    }
}
