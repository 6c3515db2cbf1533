//! The switch between `std`'s and loom's primitives.
//!
//! Mutexes of the protocol never stay poisoned: no user code runs while one is held (wakers are cloned under one, but
//! neither woken nor dropped), so a panic can't leave a broken invariant behind, and [`lock`] looks through the poison.

#[cfg(loom)]
pub use loom::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicU64, AtomicUsize},
};
#[cfg(not(loom))]
pub use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicU64, AtomicUsize},
};

// `std`'s in both worlds: loom's can't hold trait objects on stable, and reference counts are not what is modelled.
pub use std::sync::{Arc, atomic::Ordering};

/// A panic that ended in [`contain`]. The panic hook has reported it.
pub(super) struct Contained;

/// Runs `f` and ends its panic here.
#[cfg(not(loom))]
pub(super) fn contain(f: impl FnOnce()) -> Result<(), Contained> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).map_err(|_payload| Contained)
}

/// Runs `f`. Loom reports by panicking, which nobody may catch.
#[cfg(loom)]
pub(super) fn contain(f: impl FnOnce()) -> Result<(), Contained> {
    f();
    Ok(())
}

/// Locks a mutex and looks through poison.
pub fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
