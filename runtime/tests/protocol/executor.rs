//! A small executor, and a watchdog for what it might wait for without end.

use crate::support::TestHome;
use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, JoinHandle, Thread},
    time::Duration,
};

/// How long a test may take before it counts as hung. Far more than any needs, also under valgrind.
const PATIENCE: Duration = Duration::from_secs(120);

/// A task's waker: counts, and unparks a thread.
pub(crate) struct Signal {
    thread: Thread,
    woken: AtomicBool,
    wakes: AtomicUsize,
}

impl Signal {
    /// A task of the calling thread, to be polled at once.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { thread: thread::current(), woken: AtomicBool::new(true), wakes: AtomicUsize::new(0) })
    }

    pub(crate) fn wakes(&self) -> usize {
        self.wakes.load(Ordering::Relaxed)
    }

    /// Polls if it was woken since the last time.
    pub(crate) fn poll<F: Future + ?Sized>(self: &Arc<Self>, future: Pin<&mut F>) -> Poll<F::Output> {
        if !self.woken.swap(false, Ordering::Acquire) {
            return Poll::Pending;
        }
        future.poll(&mut Context::from_waker(&Waker::from(self.clone())))
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wakes.fetch_add(1, Ordering::Relaxed);
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Polls a future to its end on this thread.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let signal = Signal::new();
    loop {
        match signal.poll(future.as_mut()) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Polls once, with a task that never comes back.
pub(crate) fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Several tasks on one thread.
#[derive(Default)]
pub(crate) struct Tasks {
    tasks: VecDeque<(Arc<Signal>, Task)>,
}

type Task = Pin<Box<dyn Future<Output = ()>>>;

impl Tasks {
    pub(crate) fn spawn(&mut self, task: impl Future<Output = ()> + 'static) {
        self.tasks.push_back((Signal::new(), Box::pin(task)));
    }

    /// Runs until at most `left` tasks are left.
    pub(crate) fn run(&mut self, left: usize) {
        while self.tasks.len() > left {
            let before = self.tasks.len();
            self.tasks.retain_mut(|(signal, task)| signal.poll(task.as_mut()).is_pending());
            let idle = self.tasks.iter().all(|(signal, _)| !signal.woken.load(Ordering::Acquire));
            if self.tasks.len() == before && idle {
                thread::park();
            }
        }
    }
}

/// Aborts a test that hangs, with a report.
pub(crate) struct Watchdog {
    over: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watchdog {
    pub(crate) fn new(report: impl FnOnce() -> String + Send + 'static) -> Self {
        Self::within(PATIENCE, report)
    }

    /// For a test that would not only hang but fill the memory.
    pub(crate) fn within(patience: Duration, report: impl FnOnce() -> String + Send + 'static) -> Self {
        let (over, rest) = mpsc::channel();
        let test = thread::current().name().unwrap_or("?").to_owned();
        let watch = move || {
            if rest.recv_timeout(patience) == Err(mpsc::RecvTimeoutError::Timeout) {
                eprintln!("{test} hangs: {}", report());
                std::process::abort();
            }
        };
        Self { over: Some(over), thread: Some(thread::spawn(watch)) }
    }

    /// A watchdog that reports the state of these homes.
    pub(crate) fn of(homes: &[Arc<TestHome>]) -> Self {
        let homes = homes.to_vec();
        Self::new(move || homes.iter().map(|home| home.state() + "\n").collect())
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.over.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
