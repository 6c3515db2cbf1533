//! State that only the holder of an isolate touches.

use std::cell::UnsafeCell;

/// A value that belongs to whoever holds the isolate. The turn queue lets one thread in at a time, so no lock of its own
/// is needed; what the compiler can't see is stated at each access.
pub(crate) struct TurnCell<T>(UnsafeCell<T>);

// SAFETY: `get` and `get_mut` are unsafe and may only be called by the thread that holds the isolate's turn, one at a
// time; the hand-over between holders synchronises (acquire and release on the turn queue's word). The value moves between
// threads with the hold and is dropped by the holder that ends the isolate, or was made of parts that may be dropped
// anywhere; V8 handles inside it are only touched under V8's lock, which moves with the hold, too.
unsafe impl<T> Send for TurnCell<T> {}
// SAFETY: see `Send`.
unsafe impl<T> Sync for TurnCell<T> {}

impl<T> TurnCell<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// # Safety
    /// The calling thread holds the isolate that this cell belongs to, and no `&mut` from [`Self::get_mut`] is alive.
    pub(crate) unsafe fn get(&self) -> &T {
        // SAFETY: the caller's promise.
        unsafe { &*self.0.get() }
    }

    /// # Safety
    /// The calling thread holds the isolate that this cell belongs to, and the returned reference is not alive while
    /// anything else that may reach the cell runs (in particular JS, whose callbacks do).
    #[allow(clippy::mut_from_ref, reason = "exclusive by the caller's promise")]
    pub(crate) unsafe fn get_mut(&self) -> &mut T {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.0.get() }
    }

    /// For the last owner, who needs no hold.
    pub(crate) fn exclusive(&mut self) -> &mut T {
        self.0.get_mut()
    }
}
