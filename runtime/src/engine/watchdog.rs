//! The thread that watches time: limits per turn, repeated termination requests, V8's delayed tasks, and turns that were
//! left to a poller who doesn't come.

use super::{core::IsolateCore, platform::TaskQueue};
use crate::v8;
use std::{
    collections::BTreeMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
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
    /// By the time they are due, and the order in which they came.
    delayed: BTreeMap<(Instant, u64), Delayed>,
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
        self.later(at, Delayed::Task(queue, task));
    }

    /// Tells `whom` when the time has come, unless the alarm is dropped before.
    pub(crate) fn alarm(&'static self, at: Instant, whom: Arc<dyn Due>) -> Alarm {
        Alarm { watchdog: self, key: self.later(at, Delayed::Alarm(whom)) }
    }

    fn later(&self, at: Instant, delayed: Delayed) -> (Instant, u64) {
        let mut inner = self.lock();
        let key = (at, inner.next);
        inner.next += 1;
        inner.delayed.insert(key, delayed);
        self.awake.store(true, Ordering::SeqCst);
        self.bell.notify_one();
        key
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
            let later = inner.delayed.split_off(&(now, u64::MAX));
            let due = std::mem::replace(&mut inner.delayed, later);
            let next_task = inner.delayed.keys().next().map(|(at, _)| *at);
            let isolates: Vec<_> = inner.isolates.iter().filter_map(Weak::upgrade).collect();
            let period = inner.finest.map_or(PERIOD, |finest| finest.clamp(Duration::from_micros(500), PERIOD));
            drop(inner);
            for delayed in due.into_values() {
                // The spawner that may be asked for a thread is the embedder's. Its panic must not end the watch for all.
                drop(catch_unwind(AssertUnwindSafe(|| delayed.come())));
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

enum Delayed {
    Task(Weak<TaskQueue>, v8::Task),
    Alarm(Arc<dyn Due>),
}

impl Delayed {
    fn come(self) {
        match self {
            Self::Task(queue, task) => {
                // A queue that is gone belonged to a disposed isolate; its tasks are cancelled.
                if let Some(queue) = queue.upgrade() {
                    queue.push(task);
                }
            }
            Self::Alarm(whom) => whom.due(),
        }
    }
}

/// Who is told that a time has come. On the watchdog's thread: nothing may block or run there.
pub(crate) trait Due: Send + Sync {
    fn due(self: Arc<Self>);
}

/// An alarm that was set. Dropped, it doesn't ring.
pub(crate) struct Alarm {
    watchdog: &'static Watchdog,
    key: (Instant, u64),
}

impl Drop for Alarm {
    fn drop(&mut self) {
        let delayed = self.watchdog.lock().delayed.remove(&self.key);
        // Perhaps the last reference to a timer, whose drop comes back here.
        drop(delayed);
    }
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alarm").field("at", &self.key.0).finish_non_exhaustive()
    }
}
