//! The runtime's own threads for turns.
//!
//! They run what no poller runs: housekeeping of idle isolates, settlements, turns that a thread waits for from inside
//! another turn, and with [`Turns::Pool`](super::Turns::Pool) every turn.

use super::core::IsolateCore;
use crate::protocol::entry;
use std::{
    cell::Cell,
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
};

/// V8's limit for its own stack is just under 1 MB; host functions need room beside it.
const STACK: usize = 4 << 20;

thread_local! {
    static IS_TURN_THREAD: Cell<bool> = const { Cell::new(false) };
}

/// Whether the calling thread is one of a runtime's turn threads.
pub(crate) fn is_turn_thread() -> bool {
    IS_TURN_THREAD.get()
}

/// The turn threads of one runtime.
pub(crate) struct TurnThreads {
    shared: Arc<Shared>,
    wanted: usize,
}

#[derive(Default)]
struct Shared {
    inner: Mutex<Inner>,
    bell: Condvar,
}

#[derive(Default)]
struct Inner {
    ready: VecDeque<Arc<IsolateCore>>,
    started: usize,
    idle: usize,
    closed: bool,
}

impl TurnThreads {
    pub(crate) fn new(wanted: usize) -> Self {
        Self { shared: Arc::default(), wanted }
    }

    /// Has a turn thread lead `isolate`. Threads are started as they are needed.
    pub(crate) fn kick(&self, isolate: Arc<IsolateCore>) {
        let mut inner = self.shared.lock();
        inner.ready.push_back(isolate);
        if inner.idle == 0 && inner.started < self.wanted {
            let number = inner.started;
            let shared = self.shared.clone();
            let started = thread::Builder::new()
                .name(format!("isolock-turns-{number}"))
                .stack_size(STACK)
                .spawn(move || shared.serve());
            match started {
                Ok(_) => inner.started += 1,
                // With a thread at work the isolate waits for it; with none nothing would ever run.
                Err(error) => assert!(inner.started > 0, "no turn thread could be started: {error}"),
            }
        }
        drop(inner);
        self.shared.bell.notify_one();
    }
}

impl Drop for TurnThreads {
    fn drop(&mut self) {
        // The last handle may go on a turn thread, so nobody is joined.
        self.shared.lock().closed = true;
        self.shared.bell.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        IS_TURN_THREAD.set(true);
        let mut inner = self.lock();
        loop {
            if let Some(isolate) = inner.ready.pop_front() {
                drop(inner);
                isolate.kick_taken();
                entry::lead_if_free(&*isolate);
                drop(isolate);
                inner = self.lock();
            } else if inner.closed {
                return;
            } else {
                inner.idle += 1;
                inner = self.bell.wait(inner).unwrap_or_else(PoisonError::into_inner);
                inner.idle -= 1;
            }
        }
    }
}
