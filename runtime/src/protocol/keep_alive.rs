//! What is stored to be called later: whether it can still be called, and who counts as pending for it.
//!
//! It is open until it is closed, once and for good. While it is open and at least one party refers to it, its event has one
//! piece of pending work.

use super::{
    event::{EventState, Work},
    sync::{Arc, Mutex, lock},
};

/// The state of one stored callback.
pub struct KeepAlive {
    event: Arc<EventState>,
    inner: Mutex<Inner>,
}

struct Inner {
    open: bool,
    references: usize,
    work: Option<Work>,
}

impl KeepAlive {
    /// Open, and referred to once.
    #[must_use]
    pub fn new(event: &Arc<EventState>) -> Self {
        let inner = Inner { open: true, references: 1, work: Some(event.work()) };
        Self { event: event.clone(), inner: Mutex::new(inner) }
    }

    /// Its event.
    #[must_use]
    pub fn event(&self) -> &Arc<EventState> {
        &self.event
    }

    /// Whether it may still be called.
    #[must_use]
    pub fn is_open(&self) -> bool {
        lock(&self.inner).open
    }

    /// One more party refers to it.
    pub fn reference(&self) {
        let mut inner = lock(&self.inner);
        inner.references += 1;
        if inner.open && inner.work.is_none() {
            inner.work = Some(self.event.work());
        }
    }

    /// One party less refers to it.
    pub fn unreference(&self) {
        let mut inner = lock(&self.inner);
        inner.references -= 1;
        let work = if inner.references == 0 { inner.work.take() } else { None };
        drop(inner);
        // Wakes those who wait for the event to be idle.
        drop(work);
    }

    /// For what has a single party: whether it refers to it.
    pub fn count(&self, counts: bool) {
        let mut inner = lock(&self.inner);
        inner.references = usize::from(counts);
        let work = if counts {
            if inner.open && inner.work.is_none() {
                inner.work = Some(self.event.work());
            }
            None
        } else {
            inner.work.take()
        };
        drop(inner);
        drop(work);
    }

    /// Closes it. `false` if it was closed before.
    pub fn close(&self) -> bool {
        let mut inner = lock(&self.inner);
        let first = std::mem::replace(&mut inner.open, false);
        let work = inner.work.take();
        drop(inner);
        drop(work);
        first
    }
}
