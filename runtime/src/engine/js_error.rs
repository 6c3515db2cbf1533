//! A JS exception as a Rust error.

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
