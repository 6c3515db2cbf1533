//! What was dropped elsewhere and must be dropped at home.
//!
//! `Drop` of a sendable owner pushes its value here from any thread and never blocks for longer than a push. The owner's
//! next turn drains it. After [`DeleteQueue::close`] values come back to the caller: their home is gone, and nothing of
//! V8's is left to be reset. The idea is workerd's delete queue (`src/workerd/io/io-own.h`).

use super::sync::{AtomicUsize, Mutex, Ordering, lock};

/// The queue of one home.
pub struct DeleteQueue<T> {
    len: AtomicUsize,
    inner: Mutex<Inner<T>>,
}

struct Inner<T> {
    values: Vec<T>,
    closed: bool,
}

impl<T> Default for DeleteQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> DeleteQueue<T> {
    /// An empty, open queue.
    #[must_use]
    pub fn new() -> Self {
        Self { len: AtomicUsize::new(0), inner: Mutex::new(Inner { values: Vec::new(), closed: false }) }
    }

    /// Queues a value. `true` if the queue was empty, so that its home should be told.
    ///
    /// # Errors
    /// The value, if the queue is closed.
    pub fn push(&self, value: T) -> Result<bool, T> {
        let mut inner = lock(&self.inner);
        if inner.closed {
            return Err(value);
        }
        inner.values.push(value);
        let len = inner.values.len();
        self.len.store(len, Ordering::Release);
        Ok(len == 1)
    }

    /// How many values wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes everything; the caller drops it at home. Dropping may queue more, which waits for the next drain.
    #[must_use]
    pub fn drain(&self) -> Vec<T> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut inner = lock(&self.inner);
        self.len.store(0, Ordering::Release);
        std::mem::take(&mut inner.values)
    }

    /// Takes everything and refuses what comes later.
    #[must_use]
    pub fn close(&self) -> Vec<T> {
        let mut inner = lock(&self.inner);
        inner.closed = true;
        self.len.store(0, Ordering::Release);
        std::mem::take(&mut inner.values)
    }
}
