//! Whose an affine value is.

use super::weak_homed::WeakHomed;
use crate::Portable;
use std::fmt;

/// Who owns a value: where it may be touched, and where it is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The thread that made it. It may be of a type that isn't `Send`.
    Thread,
    /// An isolate: all its contexts may touch it.
    Isolate,
    /// One context.
    Context,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Thread => "thread",
            Self::Isolate => "isolate",
            Self::Context => "context",
        })
    }
}

/// A type whose values belong to a thread, an isolate or a context (rule R5). Implemented by
/// `#[thread_affine(owner = …)]`, not by hand.
#[diagnostic::on_unimplemented(
    message = "R5 name-what-is-affine: `{Self}` doesn't say whose it is",
    label = "not an affine type",
    note = "annotate the type: `#[thread_affine(owner = context)]` (or `isolate`, or `thread`)"
)]
pub trait Affine: Sized + 'static {
    /// Who owns its values.
    const OWNER: Owner;
    /// Its name in messages.
    const NAME: &'static str;
    /// The generated handle, a newtype of [`WeakHomed`].
    type Handle: From<WeakHomed<Self>> + Portable + Clone;
}

/// Affine types whose owner is an isolate or a context: what [`Lock::own`](crate::Lock::own) and
/// [`Homed::new`](crate::Homed::new) ask for. Implemented by `#[thread_affine(owner = …)]`.
///
/// They are `Send`: on the shared home the turns of a context move between threads.
#[diagnostic::on_unimplemented(
    message = "R5 name-what-is-affine: `{Self}` can't be owned by a context or an isolate",
    label = "has no owner that a `Lock` could give it to",
    note = "annotate the type: `#[thread_affine(owner = context)]`, or `owner = isolate`",
    note = "a type with `owner = thread` stays on its thread: `Homed::here(value)`, on a pinned home"
)]
pub trait OwnedInTurns: Affine + Send {}

/// Affine types whose owner is a thread: what [`Homed::here`](crate::Homed::here) asks for. Implemented by
/// `#[thread_affine(owner = thread)]`.
#[diagnostic::on_unimplemented(
    message = "R5 name-what-is-affine: `{Self}` can't be owned by a thread",
    label = "has no thread that it stays on",
    note = "annotate the type: `#[thread_affine(owner = thread)]`",
    note = "a type with `owner = context` or `owner = isolate` is given to a lock: `lock.own(value)`, or \
            `Homed::new(lock, value)`"
)]
pub trait OwnedHere: Affine {}
