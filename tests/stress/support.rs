//! What the tests of this binary share.

use isolock::prelude::*;
use isolock_tests::{Fixture, block_on};
use std::{
    env,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    task::{Context, Poll, Waker},
    thread,
};

pub(crate) const HOMES: [Home; 2] = [Home::Shared, Home::Pinned];

/// `n`, scaled by `ISOLOCK_STRESS`.
pub(crate) fn scaled(n: usize) -> usize {
    let factor = env::var("ISOLOCK_STRESS").ok().and_then(|text| text.parse::<f64>().ok()).unwrap_or(1.0);
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size")]
    let scaled = (n as f64 * factor).ceil() as usize;
    scaled.max(1)
}

/// Waits until `condition` holds. What never comes to hold hangs, and `watched` tells.
pub(crate) fn until(condition: impl Fn() -> bool) {
    while !condition() {
        thread::yield_now();
    }
}

/// Opened once; everybody who waits goes on.
#[derive(Clone, Default)]
pub(crate) struct Signal(Arc<(Mutex<bool>, Condvar)>);

impl Portable for Signal {}

impl Signal {
    pub(crate) fn open(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    pub(crate) fn wait(&self) {
        let mut open = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        while !*open {
            open = self.0.1.wait(open).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Counts how many of its kind are alive.
pub(crate) struct Counted(Arc<AtomicUsize>);

impl Portable for Counted {}

impl Counted {
    pub(crate) fn new(live: &Arc<AtomicUsize>) -> Self {
        live.fetch_add(1, Ordering::SeqCst);
        Self(live.clone())
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A turn that holds an isolate until it is let go.
pub(crate) struct Held {
    signal: Signal,
    thread: thread::JoinHandle<Result<(), RunError>>,
}

/// Holds the isolate of `ctx` in a turn of `ctx`; returns once it does.
pub(crate) fn hold(ctx: &IoContext) -> Held {
    let (entered, seen) = mpsc::channel();
    let signal = Signal::default();
    let run = ctx.run((entered, signal.clone()), |_lock, (entered, signal)| {
        entered.send(()).unwrap();
        signal.wait();
    });
    let thread = thread::spawn(move || block_on(run));
    seen.recv().expect("the holding turn began");
    Held { signal, thread }
}

impl Held {
    /// Ends the turn and gives its result.
    pub(crate) fn release(self) -> Result<(), RunError> {
        self.signal.open();
        self.thread.join().expect("the holding thread")
    }
}

/// Polls once, with a waker that does nothing.
pub(crate) fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// A fixture that keeps quiet, an isolate and a context in it.
pub(crate) fn stage(options: IsolateOptions) -> (Fixture, Isolate, IoContext) {
    let fixture = Fixture::new();
    let isolate = fixture.isolate(options);
    let ctx = isolock_tests::context(&isolate);
    (fixture, isolate, ctx)
}

/// Evaluates a number.
pub(crate) fn number(ctx: &IoContext, source: &str) -> f64 {
    block_on(ctx.eval(source)).unwrap_or_else(|error| panic!("{source}: {error}"))
}

/// Gives V8 every reason to collect garbage, in a turn of `ctx`.
pub(crate) fn collect_garbage(ctx: &IoContext) {
    // SAFETY: nothing is attached to the isolate and nothing outlives the borrow.
    block_on(ctx.run((), |lock, ()| unsafe { lock.raw() }.low_memory_notification())).expect("a turn");
}
