//! How a value comes into a turn to be owned there, and why it doesn't cross otherwise.

use super::{
    own::give,
    owner::{Affine, OwnedInTurns},
    weak_homed::WeakHomed,
};
use crate::engine::{
    event::Event, io_context::IoContext, lock::Lock, portable::Portable, run::Run, weak_context::WeakIoContext,
};
use std::{fmt, panic::Location};

/// Carries the words for affine values that are captured or returned.
#[diagnostic::on_unimplemented(
    message = "R5 name-what-is-affine: a value that is bound to its owner can't cross the boundary of a turn",
    label = "belongs to an owner",
    note = "what crosses is its handle, which `lock.own(value)` gives (for `owner = thread`: `Homed::here(value)`)",
    note = "to give a new value to a context from outside of its turns: `ctx.own(value).await`, or `ev.own(value).await`"
)]
#[doc(hidden)]
pub trait UseTheHandle {}
impl<T: 'static> UseTheHandle for &WeakHomed<T> {}

/// A value on its way to its owner: nobody has touched it there yet, and it is `Send`.
pub struct Bring<T> {
    value: T,
    made: &'static Location<'static>,
}

impl<T: OwnedInTurns> Portable for Bring<T> {}

impl<T> fmt::Debug for Bring<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bring").field("made", &format_args!("{}", self.made)).finish_non_exhaustive()
    }
}

impl<T: OwnedInTurns> Bring<T> {
    #[track_caller]
    fn new(value: T) -> Self {
        Self { value, made: Location::caller() }
    }

    fn own(lock: &mut Lock<'_>, this: Self) -> T::Handle {
        WeakHomed { slot: give(lock, this.value, this.made, 0) }.into()
    }
}

impl IoContext {
    /// Gives a value that was made outside of turns to the context, or to its isolate, as its type says: a turn that does
    /// what [`Lock::own`] does. What may block or await while it is made (opening a file, connecting) is made like this.
    ///
    /// # Errors
    /// See [`RunError`](crate::RunError); the value is dropped then.
    #[track_caller]
    pub fn own<T: OwnedInTurns>(&self, value: T) -> Run<Bring<T>, <T as Affine>::Handle> {
        self.run(Bring::new(value), Bring::own)
    }
}

impl WeakIoContext {
    /// See [`IoContext::own`].
    ///
    /// # Errors
    /// See [`RunError`](crate::RunError); the value is dropped then.
    #[track_caller]
    pub fn own<T: OwnedInTurns>(&self, value: T) -> Run<Bring<T>, <T as Affine>::Handle> {
        self.run(Bring::new(value), Bring::own)
    }
}

impl Event {
    /// See [`IoContext::own`]; the turn is one of this event.
    ///
    /// # Errors
    /// See [`RunError`](crate::RunError); the value is dropped then.
    #[track_caller]
    pub fn own<T: OwnedInTurns>(&self, value: T) -> Run<Bring<T>, <T as Affine>::Handle> {
        self.run(Bring::new(value), Bring::own)
    }
}
