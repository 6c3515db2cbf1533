//! Why an affine value can't be opened: both sides, by name and place.

use super::borrow::Use;
use crate::rules;
use std::{
    fmt,
    panic::Location,
    sync::Arc,
    thread::{self, ThreadId},
};

/// An attempt to open an affine value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The value's type.
    pub what: &'static str,
    /// Where the value was made.
    pub made: &'static Location<'static>,
    /// Where the turn was entered whose lock was used.
    pub entered: &'static Location<'static>,
    /// The call that was refused.
    pub at: &'static Location<'static>,
}

/// A thread, as messages name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadName {
    /// Its number.
    pub id: ThreadId,
    /// Its name, if it has one.
    pub name: Option<Arc<str>>,
}

impl ThreadName {
    pub(super) fn current() -> Self {
        let thread = thread::current();
        Self { id: thread.id(), name: thread.name().map(Into::into) }
    }
}

impl fmt::Display for ThreadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "thread `{name}` ({:?})", self.id),
            None => write!(f, "{:?}", self.id),
        }
    }
}

/// A value of one thread was to be opened on another.
#[derive(Debug, Clone)]
pub struct WrongThread {
    /// What was asked for, and where.
    pub access: Access,
    /// The thread that the value belongs to.
    pub home: ThreadName,
    /// The thread whose turn asked for it.
    pub here: ThreadName,
}

impl fmt::Display for WrongThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Access { what, made, entered, at } = self.access;
        write!(
            f,
            "{}: the `{what}` made at {made} belongs to {}, and was opened at {at} on {} (turn entered at {entered}): keep \
             it on a pinned home, and open it in a turn of that isolate",
            rules::R5,
            self.home,
            self.here
        )
    }
}

/// A value was asked for while a borrow that excludes this one was under way: JavaScript, run during the first, came back
/// to the value.
#[derive(Debug, Clone)]
pub struct Borrowed {
    /// What was asked for, and where.
    pub access: Access,
    /// The borrow that is under way.
    pub first: Use,
    /// The one that was refused.
    pub second: Use,
}

impl fmt::Display for Borrowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Access { what, made, entered, .. } = self.access;
        let kind = |used: &Use| if used.mutable { " mutably" } else { "" };
        write!(
            f,
            "{}: the `{what}` made at {made} is borrowed{} by {}, and was asked for{} by {} in the same turn (entered at \
             {entered}): end the first borrow before anything that may run JavaScript",
            rules::R5,
            kind(&self.first),
            NamedUse(&self.first),
            kind(&self.second),
            NamedUse(&self.second),
        )
    }
}

/// "the call at x", or the method and where it was called.
struct NamedUse<'a>(&'a Use);

impl fmt::Display for NamedUse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.method.is_none() {
            f.write_str("the call ")?;
        }
        self.0.fmt(f)
    }
}
