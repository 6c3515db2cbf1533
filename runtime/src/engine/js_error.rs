//! A JS exception as a Rust error.

use super::root::JsRoot;
use crate::v8;
use std::{error::Error, fmt};

/// A place in a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The script's name.
    pub resource: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.resource, self.line, self.column)
    }
}

/// A JS exception, copied out of the turn in which it was thrown.
///
/// The value that was thrown goes along: a host function that returns the error throws the same JS value again. So the error
/// keeps that value, and what it refers to, as a [`JsRoot`] does; [`Self::without_value`] lets go of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsError {
    /// The name of its constructor (`TypeError`), or the type of a thrown value that is no error (`string`).
    pub class: String,
    /// Its message; for a value that is no error, the value as a string.
    pub message: String,
    /// Its stack, as V8 formats it.
    pub stack: Option<String>,
    /// Where it was thrown.
    pub position: Option<Position>,
    /// Its `cause`.
    pub cause: Option<Box<JsError>>,
    pub(crate) kept: Kept,
}

/// The thrown value. It is no part of what an error says.
#[derive(Clone, Default)]
pub(crate) struct Kept(pub(crate) Option<JsRoot<v8::Value>>);

impl PartialEq for Kept {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Kept {}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "the thrown value" } else { "no value" })
    }
}

impl JsError {
    /// An error that was not thrown by JS, such as `JsError::new("TypeError", "no such thing")`.
    #[must_use]
    pub fn new(class: impl Into<String>, message: impl Into<String>) -> Self {
        let (class, message) = (class.into(), message.into());
        Self { class, message, stack: None, position: None, cause: None, kept: Kept::default() }
    }

    /// The value that was thrown, if it was kept.
    #[must_use]
    pub fn value(&self) -> Option<&JsRoot<v8::Value>> {
        self.kept.0.as_ref()
    }

    /// The error without the value that was thrown: for logs, which would keep a dead context's heap.
    #[must_use]
    pub fn without_value(mut self) -> Self {
        self.kept = Kept::default();
        self
    }
}

impl fmt::Display for JsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.class, self.message)?;
        match &self.position {
            Some(position) => write!(f, " (at {position})"),
            None => Ok(()),
        }
    }
}

impl Error for JsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}
