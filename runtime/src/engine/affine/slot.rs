//! One affine value.

use super::{
    borrow::{Borrows, Use},
    place::Place,
    refusal::{Access, Borrowed},
};
use crate::engine::{
    error::{Gone, RunError},
    lock::Lock,
};
use crate::protocol::{
    liveness::{Obituary, Why},
    ownership::Ownership,
};
use std::{cell::UnsafeCell, fmt, mem::ManuallyDrop, panic::Location, ptr::NonNull, sync::Arc};

/// A value of any type, as its owner's list and the delete queues have it.
pub(crate) type Own = Arc<dyn Resource>;

/// What owners do with a value.
pub(crate) trait Resource: Send + Sync {
    /// What is known of it.
    fn head(&self) -> &Head;

    /// Drops the value. `false` if it was gone already.
    ///
    /// # Safety
    /// At its home (see [`Slot::value`]), with no guard alive.
    unsafe fn drop_value(&self) -> bool;
}

/// What is known of a value, whatever its type.
pub(crate) struct Head {
    pub(super) what: &'static str,
    pub(super) made: &'static Location<'static>,
    pub(super) place: Place,
    pub(super) number: u64,
    pub(super) ownership: Ownership,
    borrows: Borrows,
}

impl Head {
    pub(super) fn new(
        what: &'static str,
        made: &'static Location<'static>,
        place: Place,
        number: u64,
        strong: usize,
    ) -> Self {
        let ownership = Ownership::new(strong);
        Self { what, made, place, number, ownership, borrows: Borrows::default() }
    }

    fn access(&self, lock: &Lock<'_>, at: &'static Location<'static>) -> Access {
        Access { what: self.what, made: self.made, entered: lock.entered(), at }
    }

    /// `Ok` while the value may be opened somewhere.
    pub(super) fn check(&self) -> Result<(), Gone> {
        match self.ownership.check() {
            Ok(()) => self.place.ended(),
            Err(obituary) => Err(self.gone(obituary)),
        }
    }

    fn gone(&self, obituary: Obituary) -> Gone {
        if obituary.why == Why::OwnerEnded
            && let Err(gone) = self.place.ended()
        {
            return gone;
        }
        Gone { part: self.place.part(&obituary, self.what), obituary, access: None }
    }

    /// Begins a borrow under `lock`.
    #[inline]
    fn begin(&self, lock: &Lock<'_>, used: Use) -> Result<(), RunError> {
        // Its home first: the borrows are touched there only. A context that is ending has its value until the turn's end.
        if !self.ownership.is_alive() || !self.place.is_here(lock) {
            return Err(self.refuse(lock, used));
        }
        self.borrows.begin(used).map_err(|first| self.borrowed(lock, first, used))
    }

    #[cold]
    fn refuse(&self, lock: &Lock<'_>, used: Use) -> RunError {
        let access = self.access(lock, used.at);
        match self.ownership.check() {
            Err(obituary) => self.gone(obituary).of(access).into(),
            Ok(()) => self.place.refuse(lock, access),
        }
    }

    #[cold]
    fn borrowed(&self, lock: &Lock<'_>, first: Use, second: Use) -> RunError {
        RunError::Borrowed(Arc::new(Borrowed { access: self.access(lock, second.at), first, second }))
    }
}

/// A value and its head.
pub(crate) struct Slot<T: 'static> {
    head: Head,
    /// Touched at its home only: by the thread that holds the owner's isolate, or by the owning thread. Empty when the
    /// value is gone. Its home empties it before the slot is dropped, which may happen anywhere: it never drops by itself.
    value: UnsafeCell<Option<ManuallyDrop<T>>>,
}

// SAFETY: a value that isn't `Send` is owned by a thread (`Homed::here`), is touched and dropped only there; one that is
// owned by an isolate or context is `Send` (`OwnedInTurns`), and is touched and dropped only under the isolate's hold, which
// synchronises from one holder to the next. `Borrows` is touched in the same places. The rest of the head is `Sync`.
unsafe impl<T> Send for Slot<T> {}
// SAFETY: see `Send`.
unsafe impl<T> Sync for Slot<T> {}

impl<T> Slot<T> {
    pub(super) fn new(head: Head, value: T) -> Arc<Self> {
        head.place.count(true);
        Arc::new(Self { head, value: UnsafeCell::new(Some(ManuallyDrop::new(value))) })
    }

    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    /// Opens the value: counts a borrow, and gives a pointer that is valid until [`Self::close`] or, if that never comes,
    /// until the turn's end.
    #[inline]
    pub(super) fn open(&self, lock: &Lock<'_>, used: Use) -> Result<NonNull<T>, RunError> {
        self.head.begin(lock, used)?;
        let value = if used.mutable {
            // SAFETY: `begin` has seen that this is the value's home and that nothing borrows it.
            unsafe { &mut *self.value.get() }.as_mut().map(|value| NonNull::from(&mut **value))
        } else {
            // SAFETY: `begin` has seen that this is the value's home and that no `&mut` is alive.
            unsafe { &*self.value.get() }.as_ref().map(|value| NonNull::from(&**value))
        };
        value.ok_or_else(|| {
            self.head.borrows.end();
            self.head.refuse(lock, used)
        })
    }

    /// Ends a borrow that [`Self::open`] began; on the same thread, in the same turn.
    #[inline]
    pub(super) fn close(&self) {
        self.head.borrows.end();
    }

    /// Moves the value out.
    pub(super) fn take(&self, lock: &Lock<'_>, used: Use) -> Result<T, RunError> {
        self.head.begin(lock, used)?;
        self.head.borrows.end();
        if !self.head.ownership.end(Why::Taken, used.at) {
            return Err(self.head.refuse(lock, used));
        }
        // SAFETY: this is the value's home, and nothing borrows it, as `begin` has seen.
        let value = unsafe { &mut *self.value.get() }.take();
        // SAFETY: as above.
        unsafe { self.head.place.forget(self.head.number) };
        self.head.place.count(false);
        value.map(ManuallyDrop::into_inner).ok_or_else(|| self.head.refuse(lock, used))
    }
}

impl<T> Resource for Slot<T> {
    fn head(&self) -> &Head {
        &self.head
    }

    unsafe fn drop_value(&self) -> bool {
        // SAFETY: the caller's promise; the reference ends before the value's own code runs.
        let value = unsafe { &mut *self.value.get() }.take();
        value.map(|value| drop(ManuallyDrop::into_inner(value))).is_some()
    }
}

impl<T> Drop for Slot<T> {
    fn drop(&mut self) {
        debug_assert!(self.value.get_mut().is_none(), "an affine value outlived its owner");
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(self.what)
            .field("owner", &self.place)
            .field("made", &format_args!("{}", self.made))
            .field("alive", &self.check().is_ok())
            .finish()
    }
}
