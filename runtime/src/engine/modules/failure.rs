//! Why an import failed, for Rust and for JS.

use super::super::{
    error::RunError,
    js_error::{JsError, Position},
    lock::Lock,
    thrown::Thrown,
};
use crate::v8;
use std::sync::Arc;

/// Why an import failed.
#[derive(Clone)]
pub(crate) enum Failure {
    /// The turn or the event ended.
    Run(RunError),
    /// What JS is told. Where V8 made it, every import of the module throws the same value.
    Js { error: Arc<JsError> },
}

impl Failure {
    /// An error of the host's own.
    pub(super) fn new(class: &str, message: String, causes: &[String], position: Option<Position>) -> Self {
        let cause = causes.iter().rev().fold(None, |cause, text| {
            let error = js_error("Error", text.clone(), None, cause);
            Some(Box::new(error))
        });
        Self::Js { error: Arc::new(js_error(class, message, position, cause)) }
    }

    pub(super) fn type_error(message: String) -> Self {
        Self::new("TypeError", message, &[], None)
    }

    pub(super) fn into_run_error(self) -> RunError {
        match self {
            Self::Run(error) => error,
            Self::Js { error } => RunError::Threw(error),
        }
    }

    /// What to throw.
    pub(super) fn into_thrown(self) -> Thrown<'static> {
        match self {
            Self::Run(error) => error.into(),
            Self::Js { error } => JsError::clone(&error).into(),
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Threw(error) => Self::Js { error },
            other => Self::Run(other),
        }
    }
}

fn js_error(class: &str, message: String, position: Option<Position>, cause: Option<Box<JsError>>) -> JsError {
    JsError { position, cause, ..JsError::new(class, message) }
}

/// Like [`Lock::try_catch`]. The value that was thrown goes along in the error.
pub(super) fn catching<'s, R>(
    lock: &mut Lock<'s>,
    f: impl FnOnce(&mut v8::PinScope<'s, 's>) -> Option<R>,
) -> Result<R, Failure> {
    lock.try_catch(|lock| f(lock.scope_mut())).map_err(Failure::from)
}
