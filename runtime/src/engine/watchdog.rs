//! The thread that watches time: limits per turn, repeated termination requests, V8's delayed tasks, and turns that were
//! left to a poller who doesn't come.

use super::{core::IsolateCore, platform::TaskQueue};
use crate::v8;
use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicBool, Ordering, fence},
    },
    thread,
    time::{Duration, Instant},
};

/// The longest time between two looks while anything is watched.
const PERIOD: Duration = Duration::from_millis(5);
/// How many looks without anything to watch before the thread sleeps until it is called.
const LINGER: u32 = 40;

/// The watchdog of the process.
pub(crate) struct Watchdog {
    awake: AtomicBool,
    inner: Mutex<Inner>,
    bell: Condvar,
}

#[derive(Default)]
struct Inner {
    isolates: Vec<Weak<IsolateCore>>,
    delayed: BinaryHeap<Reverse<Delayed>>,
    next: u64,
    /// The smallest time limit of a watched isolate.
    finest: Option<Duration>,
}

/// The process's watchdog; the first call starts its thread.
pub(crate) fn get() -> &'static Watchdog {
    static WATCHDOG: OnceLock<&'static Watchdog> = OnceLock::new();
    WATCHDOG.get_or_init(|| {
        let watchdog: &'static Watchdog = Box::leak(Box::new(Watchdog {
            awake: AtomicBool::new(true),
            inner: Mutex::default(),
            bell: Condvar::new(),
        }));
        thread::Builder::new()
            .name("isolock-watchdog".into())
            .spawn(|| watchdog.watch())
            .expect("the watchdog thread could not be started");
        watchdog
    })
}

impl Watchdog {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Watches an isolate for the rest of its life.
    pub(crate) fn add(&self, isolate: &Arc<IsolateCore>, limit: Option<Duration>) {
        let mut inner = self.lock();
        inner.isolates.retain(|isolate| isolate.strong_count() > 0);
        inner.isolates.push(Arc::downgrade(isolate));
        inner.finest = [inner.finest, limit].into_iter().flatten().min();
    }

    /// Something to watch has begun: a turn with a limit, a request, a hand-over.
    pub(crate) fn note(&self) {
        // What is watched is written before the flag is read; `watch` clears the flag before it looks.
        fence(Ordering::SeqCst);
        if !self.awake.load(Ordering::SeqCst) {
            self.awake.store(true, Ordering::SeqCst);
            // The mutex orders this before or after the decision to sleep.
            drop(self.lock());
            self.bell.notify_one();
        }
    }

    /// Queues a task of V8's for later.
    pub(crate) fn delay(&self, at: Instant, queue: Weak<TaskQueue>, task: v8::Task) {
        let mut inner = self.lock();
        let order = inner.next;
        inner.next += 1;
        inner.delayed.push(Reverse(Delayed { at, order, queue, task }));
        self.awake.store(true, Ordering::SeqCst);
        self.bell.notify_one();
    }

    fn watch(&self) {
        let mut quiet = 0;
        loop {
            if quiet >= LINGER {
                self.awake.store(false, Ordering::SeqCst);
                fence(Ordering::SeqCst);
            }
            let now = Instant::now();
            let mut inner = self.lock();
            let mut due = Vec::new();
            while inner.delayed.peek().is_some_and(|Reverse(delayed)| delayed.at <= now) {
                due.extend(inner.delayed.pop().map(|Reverse(delayed)| delayed));
            }
            let next_task = inner.delayed.peek().map(|Reverse(delayed)| delayed.at);
            let isolates: Vec<_> = inner.isolates.iter().filter_map(Weak::upgrade).collect();
            let period = inner.finest.map_or(PERIOD, |finest| finest.clamp(Duration::from_micros(500), PERIOD));
            drop(inner);
            for delayed in due {
                // A queue that is gone belonged to a disposed isolate; its tasks are cancelled.
                if let Some(queue) = delayed.queue.upgrade() {
                    queue.push(delayed.task);
                }
            }
            let mut next: Option<Instant> = None;
            let mut busy = false;
            for isolate in &isolates {
                let look = isolate.tick(now);
                busy |= look.busy;
                next = [next, look.next].into_iter().flatten().min();
            }
            // An isolate whose last handle goes here is disposed of by the reaper, not by this thread.
            drop(isolates);
            quiet = if busy || next.is_some() { 0 } else { quiet + 1 };
            if quiet == 0 {
                self.awake.store(true, Ordering::SeqCst);
            }
            let inner = self.lock();
            if quiet > LINGER {
                if self.awake.load(Ordering::SeqCst) {
                    quiet = 0;
                    continue;
                }
                let wait = next_task.map_or(Duration::from_secs(3600), |at| at.saturating_duration_since(now));
                drop(self.bell.wait_timeout(inner, wait));
                if self.awake.load(Ordering::SeqCst) {
                    quiet = 0;
                }
            } else {
                let soon = [next, next_task, Some(now + period)].into_iter().flatten().min();
                let wait = soon.map_or(period, |at| at.saturating_duration_since(now));
                drop(self.bell.wait_timeout(inner, wait.max(Duration::from_micros(200))));
            }
        }
    }
}

struct Delayed {
    at: Instant,
    order: u64,
    queue: Weak<TaskQueue>,
    task: v8::Task,
}

impl PartialEq for Delayed {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Delayed {}
impl PartialOrd for Delayed {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Delayed {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}
