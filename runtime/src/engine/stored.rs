//! What is stored to be run later, as part of the event that it was stored in.

use super::{context::ContextInner, doomed::Doomed, event::Event, turn_cell::TurnCell, watchdog::Alarm};
use crate::protocol::{event, keep_alive::KeepAlive, sync::lock};
use std::{
    panic::Location,
    pin::Pin,
    sync::{Arc, Mutex, Weak},
    task::{Context, Wake, Waker},
};

/// A body with its captures, of type `B`. The captures belong to the isolate: they are used and dropped only inside, at the
/// latest when the context ends.
pub(crate) struct Stored<B: ?Sized + Send + 'static> {
    pub(crate) event: Event,
    pub(crate) made: &'static Location<'static>,
    pub(crate) keep: KeepAlive,
    body: TurnCell<Option<Box<B>>>,
    /// Closes it when the event is cancelled, and so when the context ends.
    on_cancel: Mutex<Option<event::Wait>>,
    /// A timer's.
    alarm: Mutex<Option<Alarm>>,
}

/// What is dropped inside the isolate, whatever its types.
pub(crate) trait Release: Send + Sync {
    /// Drops the captures. At the edge of a turn only.
    fn release(&self);
}

impl<B: ?Sized + Send + 'static> Stored<B> {
    /// Stores `body`. It is closed from the beginning if the event was cancelled before.
    pub(crate) fn new(event: Event, made: &'static Location<'static>, body: Box<B>) -> Arc<Self> {
        let keep = KeepAlive::new(&event.state);
        let stored = Arc::new(Self {
            event,
            made,
            keep,
            body: TurnCell::new(Some(body)),
            on_cancel: Mutex::new(None),
            alarm: Mutex::new(None),
        });
        let waker = Waker::from(Arc::new(CloseOnCancel(Arc::downgrade(&stored))));
        let mut cancelled = stored.event.state.cancelled();
        if Pin::new(&mut cancelled).poll(&mut Context::from_waker(&waker)).is_ready() {
            stored.close();
        } else {
            *lock(&stored.on_cancel) = Some(cancelled);
            // It may have been cancelled, and closed, before the wait was put there.
            if !stored.keep.is_open() {
                stored.forget();
            }
        }
        stored
    }

    pub(crate) fn context(&self) -> &Arc<ContextInner> {
        &self.event.context
    }

    /// It can't be called any more, and its captures are dropped inside the isolate. `false` if it was closed before.
    pub(crate) fn close(self: &Arc<Self>) -> bool {
        let first = self.keep.close();
        if first {
            self.forget();
            self.context().core.doom(Doomed::Stored(self.clone()));
        }
        first
    }

    /// Keeps the alarm that `set` sets, unless it was closed meanwhile.
    pub(crate) fn set_alarm(&self, set: impl FnOnce() -> Alarm) {
        // Set under the lock: it may ring, and the turn that it asks for may set the next one, before this call goes on.
        // The next one must come last.
        let mut kept = lock(&self.alarm);
        let former = kept.replace(set());
        drop(kept);
        drop(former);
        if !self.keep.is_open() {
            self.forget();
        }
    }

    /// Nothing wakes it any more.
    fn forget(&self) {
        let wait = lock(&self.on_cancel).take();
        let alarm = lock(&self.alarm).take();
        // Both reach for locks of others.
        drop((wait, alarm));
    }

    /// The body, while it may be called.
    ///
    /// # Safety
    /// The calling thread holds the isolate, and the reference ends before the edge of the turn.
    pub(crate) unsafe fn body(&self) -> Option<&B> {
        // SAFETY: the caller's promise; the body is taken out only at the edge of a turn, or by `take`.
        let body = unsafe { self.body.get() };
        body.as_deref().filter(|_| self.keep.is_open())
    }

    /// Takes the body out, while it may be called.
    ///
    /// # Safety
    /// The calling thread holds the isolate, and no reference from [`Self::body`] is alive.
    pub(crate) unsafe fn take(&self) -> Option<Box<B>> {
        if !self.keep.is_open() {
            return None;
        }
        // SAFETY: the caller's promise.
        unsafe { self.body.get_mut() }.take()
    }
}

impl<B: ?Sized + Send + 'static> Release for Stored<B> {
    fn release(&self) {
        // SAFETY: called by the holder of the isolate at the edge of a turn, where no body runs.
        let body = unsafe { self.body.get_mut() }.take();
        drop(body);
    }
}

impl<B: ?Sized + Send + 'static> Drop for Stored<B> {
    fn drop(&mut self) {
        // Nobody can call it any more.
        self.keep.close();
        if let Some(body) = self.body.exclusive().take() {
            self.event.context.core.doom(Doomed::Captures(Box::new(body)));
        }
    }
}

struct CloseOnCancel<B: ?Sized + Send + 'static>(Weak<Stored<B>>);

impl<B: ?Sized + Send + 'static> Wake for CloseOnCancel<B> {
    fn wake(self: Arc<Self>) {
        if let Some(stored) = self.0.upgrade() {
            stored.close();
        }
    }
}
