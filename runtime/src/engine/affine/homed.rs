//! A strong owner of an affine value.

use super::{
    own::give,
    owner::{Affine, OwnedHere, OwnedInTurns},
    place::Place,
    slot::{Head, Slot},
    thread_home,
    weak_homed::WeakHomed,
};
use crate::engine::{lock::Lock, portable::Portable, state::TurnState};
use std::{fmt, ops::Deref, panic::Location};

/// A strong owner of a value that belongs to a thread, an isolate or a context: `Send + Sync + Clone` whatever the value's
/// type, opened only at the value's home ([`WeakHomed::try_get`], to which it dereferences).
///
/// When the last clone is dropped, anywhere, the value goes to its owner's delete queue and is dropped at home: in the next
/// turn of its isolate, or on its thread (in a turn there, when the thread next makes a value, or at the thread's end).
/// Dropping a `Homed` never blocks and runs none of the value's code. If the owner ends first, the value ends with it, and
/// the clones are [`RunError::Gone`](crate::RunError::Gone).
pub struct Homed<T: 'static> {
    weak: WeakHomed<T>,
}

impl<T: 'static> Portable for Homed<T> {}

impl<T: OwnedInTurns> Homed<T> {
    /// Gives a value to the context or isolate of `lock`, as its type says, until the last clone is dropped.
    #[track_caller]
    #[must_use = "the value is dropped with its last `Homed`"]
    pub fn new(lock: &Lock<'_>, value: T) -> Self {
        Self { weak: WeakHomed { slot: give(lock, value, Location::caller(), 1) } }
    }
}

impl<T: OwnedHere> Homed<T> {
    /// Gives a value to the calling thread until the last clone is dropped. The type need not be `Send`: nobody but this
    /// thread touches the value, and it is dropped here, at the latest when the thread ends.
    ///
    /// Made in a turn on a pinned home, the value can be opened in every turn of that isolate, and ends with it. On the
    /// shared home turns move between threads: most of them will find [`RunError::WrongThread`](crate::RunError::WrongThread).
    #[track_caller]
    #[must_use = "the value is dropped with its last `Homed`"]
    pub fn here(value: T) -> Self {
        let made = Location::caller();
        let context = TurnState::with_current(|current| current.and_then(TurnState::context));
        let slot = thread_home::add(|home, number| {
            Slot::new(Head::new(T::NAME, made, Place::Thread(home, context), number, 1), value)
        });
        Self { weak: WeakHomed { slot } }
    }
}

impl<T: 'static> Homed<T> {
    /// A weak twin.
    #[must_use]
    pub fn downgrade(&self) -> WeakHomed<T> {
        self.weak.clone()
    }
}

impl<T: Affine> Homed<T> {
    /// The generated handle: it is weak.
    #[must_use]
    pub fn handle(&self) -> T::Handle {
        self.weak.clone().into()
    }
}

impl<T> Deref for Homed<T> {
    type Target = WeakHomed<T>;

    fn deref(&self) -> &WeakHomed<T> {
        &self.weak
    }
}

impl<T> Clone for Homed<T> {
    fn clone(&self) -> Self {
        self.weak.slot.head().ownership.share();
        Self { weak: self.weak.clone() }
    }
}

impl<T> Drop for Homed<T> {
    fn drop(&mut self) {
        let head = self.weak.slot.head();
        if head.ownership.let_go(head.made) {
            head.place.doom(self.weak.slot.clone());
        }
    }
}

impl<T> fmt::Debug for Homed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.weak.fmt(f)
    }
}

impl Lock<'_> {
    /// Gives a value to this context or isolate, as its type says (`#[thread_affine(owner = …)]`): **affinity begins
    /// here**. The value lives until its owner ends, is dropped then under the lock, the youngest first, or until it is
    /// [released](WeakHomed::release) or [taken out](WeakHomed::take). The handle is weak and may go anywhere.
    #[track_caller]
    pub fn own<T: OwnedInTurns>(&mut self, value: T) -> T::Handle {
        WeakHomed { slot: give(self, value, Location::caller(), 0) }.into()
    }
}
