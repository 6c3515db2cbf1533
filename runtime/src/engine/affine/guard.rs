//! What an open value is borrowed through.

use super::{slot::Slot, weak_homed::WeakHomed};
use crate::engine::portable::Portable;
use std::{
    fmt,
    marker::PhantomData,
    ops::{Deref, DerefMut},
    ptr::NonNull,
};

/// An affine value, borrowed for a part of a turn; made by [`WeakHomed::try_get`](super::WeakHomed::try_get).
///
/// It borrows the lock, so it ends before the turn does, and it stays on its thread. JavaScript may run meanwhile and come
/// back to the value: it may read it, too; [`try_get_mut`](super::WeakHomed::try_get_mut) is
/// [`RunError::Borrowed`](crate::RunError::Borrowed). A guard that is leaked (`mem::forget`) leaves the value borrowed
/// until its owner ends.
#[must_use = "the value is borrowed for as long as the guard lives"]
pub struct Ref<'l, T: 'static> {
    /// A pointer: a reference would have to stay valid for as long as a call that the guard is moved into.
    value: NonNull<T>,
    slot: &'l Slot<T>,
    lent: PhantomData<&'l T>,
}

/// The same, mutably: nobody else opens the value meanwhile. Made by
/// [`WeakHomed::try_get_mut`](super::WeakHomed::try_get_mut).
#[must_use = "the value is borrowed for as long as the guard lives"]
pub struct RefMut<'l, T: 'static> {
    value: NonNull<T>,
    slot: &'l Slot<T>,
    /// Invariant in `T`.
    lent: PhantomData<&'l mut T>,
}

/// Carries the words for guards (see `portable.rs`).
#[diagnostic::on_unimplemented(
    message = "R7 no-escape: the guard of an affine value can't leave its turn",
    label = "borrows the lock of this turn",
    note = "return a copy of what is needed; or keep the handle, and open it in the next turn"
)]
#[doc(hidden)]
pub trait StaysInTurn: Send {}
impl<T: 'static> StaysInTurn for WeakHomed<T> {}
impl<T: 'static> Portable for Ref<'static, T> where for<'x> Ref<'x, T>: StaysInTurn {}
impl<T: 'static> Portable for RefMut<'static, T> where for<'x> RefMut<'x, T>: StaysInTurn {}

impl<'l, T> Ref<'l, T> {
    /// Of a value that the slot has opened, until the end of a borrow of the lock.
    pub(super) fn new(slot: &'l Slot<T>, value: NonNull<T>) -> Self {
        Self { value, slot, lent: PhantomData }
    }
}

impl<'l, T> RefMut<'l, T> {
    /// Of a value that the slot has opened mutably, until the end of a borrow of the lock.
    pub(super) fn new(slot: &'l Slot<T>, value: NonNull<T>) -> Self {
        Self { value, slot, lent: PhantomData }
    }
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the slot was opened and is closed when this guard is dropped. Until then nobody has the value mutably or
        // takes it out; it is dropped only at the edges of turns, and the guard's lifetime ends with a borrow of a turn's
        // lock.
        unsafe { self.value.as_ref() }
    }
}

impl<T> Deref for RefMut<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: as for `Ref`.
        unsafe { self.value.as_ref() }
    }
}

impl<T> DerefMut for RefMut<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as for `Ref`; the slot was opened mutably, so nobody else has the value at all, and the guard is
        // borrowed exclusively.
        unsafe { self.value.as_mut() }
    }
}

impl<T> Drop for Ref<'_, T> {
    fn drop(&mut self) {
        self.slot.close();
    }
}

impl<T> Drop for RefMut<'_, T> {
    fn drop(&mut self) {
        self.slot.close();
    }
}

impl<T: fmt::Debug> fmt::Debug for Ref<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for RefMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
