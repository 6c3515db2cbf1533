//! The runtime's own threads for turns.
//!
//! They run what no poller runs: housekeeping of idle isolates, settlements, turns that a thread waits for from inside
//! another turn, and with [`Turns::Pool`](super::Turns::Pool) every turn.

use super::core::IsolateCore;
use crate::protocol::entry;
use std::{
    cell::RefCell,
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
};

/// V8's limit for its own stack is just under 1 MB; host functions need room beside it.
const STACK: usize = 4 << 20;

thread_local! {
    /// Whose turn thread this is.
    static OWNER: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
}

/// Whether the calling thread is one of a runtime's turn threads.
pub(crate) fn is_turn_thread() -> bool {
    OWNER.with_borrow(Option::is_some)
}

/// The calling thread is about to wait for a turn. If it is a turn thread, another one takes its place until the guard is
/// dropped: otherwise turns that wait for turns could use up all threads, and the last one would never run.
pub(crate) fn stand_in() -> StandIn {
    let owner = OWNER.with_borrow(Option::clone);
    if let Some(owner) = &owner {
        let mut inner = owner.lock();
        inner.wanted += 1;
        if !inner.ready.is_empty() {
            owner.start(&mut inner);
        }
    }
    StandIn(owner)
}

/// See [`stand_in`].
pub(crate) struct StandIn(Option<Arc<Shared>>);

impl Drop for StandIn {
    fn drop(&mut self) {
        if let Some(owner) = &self.0 {
            owner.lock().wanted -= 1;
        }
    }
}

/// The turn threads of one runtime.
pub(crate) struct TurnThreads {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    inner: Mutex<Inner>,
    bell: Condvar,
}

#[derive(Default)]
struct Inner {
    ready: VecDeque<Arc<IsolateCore>>,
    wanted: usize,
    started: usize,
    idle: usize,
    closed: bool,
}

impl TurnThreads {
    pub(crate) fn new(wanted: usize) -> Self {
        let inner = Mutex::new(Inner { wanted, ..Inner::default() });
        Self { shared: Arc::new(Shared { inner, bell: Condvar::new() }) }
    }

    /// Has a turn thread lead `isolate`. Threads are started as they are needed.
    pub(crate) fn kick(&self, isolate: Arc<IsolateCore>) {
        let mut inner = self.shared.lock();
        inner.ready.push_back(isolate);
        self.shared.start(&mut inner);
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

    /// Starts a thread if all are at work and there may be more.
    fn start(self: &Arc<Self>, inner: &mut Inner) {
        if inner.idle > 0 || inner.started >= inner.wanted {
            return;
        }
        let shared = self.clone();
        let started = thread::Builder::new()
            .name(format!("isolock-turns-{}", inner.started))
            .stack_size(STACK)
            .spawn(move || shared.serve());
        match started {
            Ok(_) => inner.started += 1,
            // With a thread at work the isolate waits for it; with none nothing would ever run.
            Err(error) => assert!(inner.started > 0, "no turn thread could be started: {error}"),
        }
    }

    fn serve(self: &Arc<Self>) {
        OWNER.set(Some(self.clone()));
        let mut inner = self.lock();
        loop {
            if let Some(isolate) = inner.ready.pop_front() {
                drop(inner);
                isolate.kick_taken();
                entry::lead_if_free(&*isolate);
                drop(isolate);
                inner = self.lock();
            } else if inner.closed || inner.started > inner.wanted {
                inner.started -= 1;
                return;
            } else {
                inner.idle += 1;
                inner = self.bell.wait(inner).unwrap_or_else(PoisonError::into_inner);
                inner.idle -= 1;
            }
        }
    }
}
