//! JS values that outlive their turn.

use super::{
    affine::Access,
    context::ContextInner,
    core::IsolateCore,
    doomed::Doomed,
    error::{Gone, Part, RunError},
    lock::Lock,
    turn_cell::TurnCell,
};
use crate::protocol::ownership::Ownership;
use crate::v8;
use std::{
    fmt,
    panic::Location,
    sync::{Arc, atomic::Ordering},
};

/// A JS value kept beyond its turn: `Send + Sync + Clone`, opened inside a turn of its isolate, by
/// [`Self::try_get`] (or [`Self::get`], which panics). Made by [`Lock::root`].
///
/// When the last clone is dropped, anywhere, the value is released inside the isolate's next turn; dropping never blocks.
pub struct JsRoot<T: 'static> {
    inner: Arc<Inner<T>>,
}

/// The weak twin of a [`JsRoot`]: it doesn't keep the value alive. Made by [`JsRoot::downgrade`].
///
/// It is weak towards the roots, not towards V8's garbage collector: the value is there for as long as a `JsRoot` is.
pub struct WeakJsRoot<T: 'static> {
    inner: Arc<Inner<T>>,
}

/// What the delete queue has of a root.
pub(crate) trait Rooted: Send + Sync {
    /// Lets V8 have the value back.
    ///
    /// # Safety
    /// The calling thread holds the root's isolate.
    unsafe fn reset(&self);
}

struct Inner<T: 'static> {
    /// Empty when the last root is gone. Touched under the hold; after the isolate's end also where the record is freed.
    global: TurnCell<Option<v8::Global<T>>>,
    core: Arc<IsolateCore>,
    /// The context it was made in, and that context's group.
    context: u64,
    group: u64,
    generation: u64,
    made: &'static Location<'static>,
    ownership: Ownership,
}

impl<T> Inner<T> {
    fn open<'s>(&self, lock: &Lock<'s>, at: &'static Location<'static>) -> Result<v8::Local<'s, T>, RunError> {
        let here = &lock.context_inner().group;
        if self.ownership.is_alive()
            && std::ptr::eq(&raw const *self.core, lock.core())
            && (here.id, here.generation()) == (self.group, self.generation)
        {
            // SAFETY: the lock says that this thread holds the isolate; the reference ends here.
            if let Some(global) = unsafe { self.global.get() } {
                return Ok(v8::Local::new(lock, global));
            }
        }
        Err(self.refuse(lock, at))
    }

    #[cold]
    fn refuse(&self, lock: &Lock<'_>, at: &'static Location<'static>) -> RunError {
        let access = Access { what: "JsRoot", made: self.made, entered: lock.entered(), at };
        if let Err(obituary) = self.core.liveness.check() {
            return Gone::new(Part::Isolate(self.core.id), obituary).of(access).into();
        }
        if let Err(obituary) = self.ownership.check() {
            return Gone::new(Part::OwnValue(access.what), obituary).of(access).into();
        }
        if std::ptr::eq(&raw const *self.core, lock.core()) {
            let here = lock.context_inner().id;
            return RunError::WrongContext { wanted: self.context, here, access: Some(Arc::new(access)) };
        }
        RunError::WrongIsolate {
            what: access.what,
            home: self.core.id,
            made: self.made,
            here: lock.core().id,
            entered: access.entered,
        }
    }

    fn debug(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("type", &std::any::type_name::<T>())
            .field("isolate", &self.core.id)
            .field("made", &format_args!("{}", self.made))
            .finish()
    }
}

impl<T> Rooted for Inner<T> {
    unsafe fn reset(&self) {
        // SAFETY: the caller's promise; nothing runs while the reference lives.
        drop(unsafe { self.global.get_mut() }.take());
    }
}

impl<T> JsRoot<T> {
    pub(crate) fn new<'s>(lock: &Lock<'s>, value: v8::Local<'s, T>, made: &'static Location<'static>) -> Self {
        Self::in_scope(lock, lock.context_inner(), value, made)
    }

    /// The same where there is no lock but a scope of it.
    pub(crate) fn in_scope<'s>(
        scope: &v8::PinScope<'s, '_>,
        context: &ContextInner,
        value: v8::Local<'s, T>,
        made: &'static Location<'static>,
    ) -> Self {
        let global = TurnCell::new(Some(v8::Global::new(scope, value)));
        let core = context.core.clone();
        core.counters.roots.fetch_add(1, Ordering::Relaxed);
        let (context, group, generation) = (context.id, context.group.id, context.group.generation());
        let ownership = Ownership::new(1);
        Self { inner: Arc::new(Inner { global, core, context, group, generation, made, ownership }) }
    }

    /// The value, inside a turn of its isolate.
    ///
    /// # Errors
    /// [`RunError::WrongIsolate`] under the lock of another isolate; [`RunError::WrongContext`] in a context of another
    /// group, or if every context that the group had then has ended; [`RunError::Gone`] if its isolate ended. All of them
    /// say where the root was made and where the turn was entered.
    #[track_caller]
    pub fn try_get<'s>(&self, lock: &Lock<'s>) -> Result<v8::Local<'s, T>, RunError> {
        self.inner.open(lock, Location::caller())
    }

    /// Like [`Self::try_get`].
    ///
    /// # Panics
    /// With the words of what [`Self::try_get`] would have returned.
    #[track_caller]
    #[must_use]
    pub fn get<'s>(&self, lock: &Lock<'s>) -> v8::Local<'s, T> {
        self.try_get(lock).unwrap_or_else(|error| panic!("{error}"))
    }

    /// A weak twin.
    #[must_use]
    pub fn downgrade(&self) -> WeakJsRoot<T> {
        WeakJsRoot { inner: self.inner.clone() }
    }

    /// The isolate it belongs to.
    #[must_use]
    pub fn isolate_id(&self) -> u64 {
        self.inner.core.id
    }

    /// Where it was made.
    #[must_use]
    pub fn made(&self) -> &'static Location<'static> {
        self.inner.made
    }
}

impl<T> WeakJsRoot<T> {
    /// The value, inside a turn of its isolate.
    ///
    /// # Errors
    /// [`RunError::Gone`] if the last [`JsRoot`] was dropped; otherwise as for [`JsRoot::try_get`].
    #[track_caller]
    pub fn try_get<'s>(&self, lock: &Lock<'s>) -> Result<v8::Local<'s, T>, RunError> {
        self.inner.open(lock, Location::caller())
    }

    /// Like [`Self::try_get`].
    ///
    /// # Panics
    /// With the words of what [`Self::try_get`] would have returned.
    #[track_caller]
    #[must_use]
    pub fn get<'s>(&self, lock: &Lock<'s>) -> v8::Local<'s, T> {
        self.try_get(lock).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Whether a [`JsRoot`] still keeps the value, and its isolate lives.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.inner.ownership.is_alive() && self.inner.core.liveness.is_alive()
    }

    /// Where the root was made.
    #[must_use]
    pub fn made(&self) -> &'static Location<'static> {
        self.inner.made
    }
}

impl<T> Clone for JsRoot<T> {
    fn clone(&self) -> Self {
        self.inner.ownership.share();
        Self { inner: self.inner.clone() }
    }
}

impl<T> Clone for WeakJsRoot<T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}

impl<T> Drop for JsRoot<T> {
    fn drop(&mut self) {
        if self.inner.ownership.let_go(self.inner.made) {
            self.inner.core.doom(Doomed::Root(self.inner.clone()));
        }
    }
}

impl<T> fmt::Debug for JsRoot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.debug("JsRoot", f)
    }
}

impl<T> fmt::Debug for WeakJsRoot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.debug("WeakJsRoot", f)
    }
}
