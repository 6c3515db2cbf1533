//! A marker for types that must not be sent.

use std::{fmt, marker::PhantomData};

/// A field that makes its type unsendable from birth, whatever else it holds: `home: AtHome`.
///
/// A value of a type with `owner = thread` is bound to its thread from [`Homed::here`](crate::Homed::here) on. Before that it
/// is an ordinary value, and may be sent if its fields may. With this marker it may not: rustc refuses, where the type is only
/// known by what it does (the number of a window, a token of a C library with thread-local state).
///
/// It is for `owner = thread` only. A context or an isolate must be able to send what it owns.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct AtHome(PhantomData<*const ()>);

impl AtHome {
    /// The marker. It has no value: where it is made isn't recorded.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl fmt::Debug for AtHome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AtHome")
    }
}
