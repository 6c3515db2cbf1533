//! JS values that outlive their turn.

use super::{
    core::{Doomed, IsolateCore},
    error::{Gone, Part, RunError},
    lock::Lock,
};
use crate::v8;
use std::{
    fmt,
    mem::ManuallyDrop,
    panic::Location,
    sync::{Arc, atomic::Ordering},
};

/// A JS value kept beyond its turn: `Send + Sync + Clone`, opened only under a [`Lock`] of its isolate. Made by
/// [`Lock::root`].
///
/// Dropped anywhere, the value is released inside the isolate's next turn; dropping never blocks.
pub struct JsRoot<T: 'static> {
    inner: Arc<Inner<T>>,
}

struct Inner<T: 'static> {
    global: ManuallyDrop<v8::Global<T>>,
    core: Arc<IsolateCore>,
    /// The context it was made in, and that context's group.
    context: u64,
    group: u64,
    generation: u64,
    made: &'static Location<'static>,
}

impl<T> JsRoot<T> {
    pub(crate) fn new<'s>(lock: &Lock<'s>, value: v8::Local<'s, T>, made: &'static Location<'static>) -> Self {
        let global = ManuallyDrop::new(v8::Global::new(lock, value));
        let context = lock.context_inner();
        let core = context.core.clone();
        core.counters.roots.fetch_add(1, Ordering::Relaxed);
        let (group, generation) = (context.group.id, context.group.generation());
        Self { inner: Arc::new(Inner { global, core, context: context.id, group, generation, made }) }
    }

    /// The value, inside a turn of its isolate.
    ///
    /// # Errors
    /// [`RunError::WrongIsolate`] under the lock of another isolate, with both sides and where the root was made;
    /// [`RunError::WrongContext`] in a context of another group, or if every context that the group had then has ended; [`RunError::Gone`] if its isolate ended.
    pub fn get<'s>(&self, lock: &Lock<'s>) -> Result<v8::Local<'s, T>, RunError> {
        let core = &self.inner.core;
        if !std::ptr::eq(&raw const **core, lock.core()) {
            if let Err(obituary) = core.liveness.check() {
                return Err(Gone::new(Part::Isolate(core.id), obituary).into());
            }
            return Err(RunError::WrongIsolate {
                what: "JsRoot",
                home: core.id,
                made: self.inner.made,
                here: lock.core().id,
                entered: lock.entered(),
            });
        }
        let here = lock.context_inner();
        if (here.group.id, here.group.generation()) != (self.inner.group, self.inner.generation) {
            return Err(RunError::WrongContext { wanted: self.inner.context, here: here.id, access: None });
        }
        Ok(v8::Local::new(lock, &*self.inner.global))
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

impl<T> Clone for JsRoot<T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}

impl<T> Drop for Inner<T> {
    fn drop(&mut self) {
        // SAFETY: taken once, here.
        let global = unsafe { ManuallyDrop::take(&mut self.global) };
        self.core.doom(Doomed::Root(Box::new(global)));
    }
}

impl<T> fmt::Debug for JsRoot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsRoot")
            .field("type", &std::any::type_name::<T>())
            .field("isolate", &self.inner.core.id)
            .field("made", &format_args!("{}", self.inner.made))
            .finish()
    }
}
