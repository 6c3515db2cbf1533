//! A weak reference to an affine value; generated handles are newtypes of it.

use super::{
    borrow::Use,
    guard::{Ref, RefMut},
    owner::Owner,
    slot::Slot,
};
use crate::engine::{context::ContextInner, error::RunError, lock::Lock, portable::Portable};
use crate::protocol::liveness::Why;
use std::{fmt, panic::Location, sync::Arc};

/// A weak reference to a value that belongs to a thread, an isolate or a context: `Send + Sync + Clone` whatever the
/// value's type, opened only at the value's home.
///
/// A generated handle (`KvHandle`) dereferences to it, and so does [`Homed`](super::Homed).
pub struct WeakHomed<T: 'static> {
    pub(super) slot: Arc<Slot<T>>,
}

impl<T: 'static> Portable for WeakHomed<T> {}

impl<T: 'static> WeakHomed<T> {
    /// The value, in a turn of its owner. It stays borrowed for as long as the guard lives, and the lock with it.
    ///
    /// # Errors
    /// [`RunError::WrongThread`], [`RunError::WrongIsolate`] or [`RunError::WrongContext`] in a turn that isn't its
    /// owner's; [`RunError::Gone`] if it was released, taken out or dropped, or its owner has ended;
    /// [`RunError::Borrowed`] while it is borrowed mutably. All of them say where the value was made and where the turn was
    /// entered.
    #[track_caller]
    pub fn try_get<'l>(&'l self, lock: &'l Lock<'_>) -> Result<Ref<'l, T>, RunError> {
        let used = Use { at: Location::caller(), method: None, mutable: false };
        self.slot.open(lock, used).map(|value| Ref::new(&self.slot, value))
    }

    /// The value, mutably.
    ///
    /// # Errors
    /// As for [`Self::try_get`]; [`RunError::Borrowed`] while it is borrowed at all.
    #[track_caller]
    pub fn try_get_mut<'l>(&'l self, lock: &'l Lock<'_>) -> Result<RefMut<'l, T>, RunError> {
        let used = Use { at: Location::caller(), method: None, mutable: true };
        self.slot.open(lock, used).map(|value| RefMut::new(&self.slot, value))
    }

    /// Like [`Self::try_get`].
    ///
    /// # Panics
    /// With the words of what [`Self::try_get`] would have returned.
    #[track_caller]
    pub fn get<'l>(&'l self, lock: &'l Lock<'_>) -> Ref<'l, T> {
        self.try_get(lock).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Like [`Self::try_get_mut`].
    ///
    /// # Panics
    /// With the words of what [`Self::try_get_mut`] would have returned.
    #[track_caller]
    pub fn get_mut<'l>(&'l self, lock: &'l Lock<'_>) -> RefMut<'l, T> {
        self.try_get_mut(lock).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Runs `f` with the value and the lock. JavaScript that `f` runs may come back to the value; see [`Self::try_get`].
    ///
    /// # Errors
    /// As for [`Self::try_get`].
    #[track_caller]
    pub fn with<R>(&self, lock: &mut Lock<'_>, f: impl FnOnce(&T, &mut Lock<'_>) -> R) -> Result<R, RunError> {
        self.with_use(lock, Use { at: Location::caller(), method: None, mutable: false }, f)
    }

    /// Runs `f` with the value, mutably, and the lock. JavaScript that `f` runs is refused if it comes back to the value.
    ///
    /// # Errors
    /// As for [`Self::try_get_mut`].
    #[track_caller]
    pub fn with_mut<R>(&self, lock: &mut Lock<'_>, f: impl FnOnce(&mut T, &mut Lock<'_>) -> R) -> Result<R, RunError> {
        self.with_use_mut(lock, Use { at: Location::caller(), method: None, mutable: true }, f)
    }

    /// Takes the value out: it is the caller's then, and no longer affine.
    ///
    /// # Errors
    /// As for [`Self::try_get_mut`].
    #[track_caller]
    pub fn take(&self, lock: &Lock<'_>) -> Result<T, RunError> {
        self.slot.take(lock, Use { at: Location::caller(), method: None, mutable: true })
    }

    /// Ends the value from anywhere, whoever else refers to it: it can't be opened any more, and its home drops it soon.
    /// `false` if it had ended before.
    #[track_caller]
    #[allow(clippy::must_use_candidate, reason = "called for what it does")]
    pub fn release(&self) -> bool {
        let head = self.slot.head();
        let ended = head.ownership.end(Why::Released, Location::caller());
        if ended {
            head.place.doom(self.slot.clone());
        }
        ended
    }

    /// Whether the value may still be opened at this moment, in a turn of its owner.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.slot.head().check().is_ok()
    }

    /// Who owns it.
    #[must_use]
    pub fn owner(&self) -> Owner {
        self.slot.head().place.owner()
    }

    /// Where it was made.
    #[must_use]
    pub fn made(&self) -> &'static Location<'static> {
        self.slot.head().made
    }

    pub(super) fn with_use<R>(
        &self,
        lock: &mut Lock<'_>,
        used: Use,
        f: impl FnOnce(&T, &mut Lock<'_>) -> R,
    ) -> Result<R, RunError> {
        let value = self.slot.open(lock, used)?;
        let guard = Ref::new(&self.slot, value);
        // The guard doesn't borrow the lock, but it ends here, inside of a borrow of it.
        Ok(f(&guard, lock))
    }

    pub(super) fn with_use_mut<R>(
        &self,
        lock: &mut Lock<'_>,
        used: Use,
        f: impl FnOnce(&mut T, &mut Lock<'_>) -> R,
    ) -> Result<R, RunError> {
        let value = self.slot.open(lock, used)?;
        let mut guard = RefMut::new(&self.slot, value);
        Ok(f(&mut guard, lock))
    }

    /// The context that the value's methods enter: its own, or the one in whose turn it was made.
    pub(crate) fn context(&self) -> Result<Arc<ContextInner>, RunError> {
        let head = self.slot.head();
        head.check()?;
        let Some(context) = head.place.context() else {
            return Err(RunError::Refused(
                "the value was made outside of turns, so there is no context for its methods: open it in a turn on its \
                 thread",
            ));
        };
        context.check()?;
        Ok(context.clone())
    }
}

impl<T> Clone for WeakHomed<T> {
    fn clone(&self) -> Self {
        Self { slot: self.slot.clone() }
    }
}

impl<T> fmt::Debug for WeakHomed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.slot.head().fmt(f)
    }
}
