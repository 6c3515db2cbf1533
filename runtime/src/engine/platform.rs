//! V8's platform: foreground tasks are queued per isolate and run only inside turns.
//!
//! V8 posts tasks from the thread that holds the lock, from its workers, and from other isolates' threads, sometimes while
//! it holds its own locks. So the hooks only queue, and tell the isolate; a dropped task would stop finalization for ever,
//! so no task of a live isolate is dropped.

use super::{core::IsolateCore, error::RuntimeError, watchdog};
use crate::v8;
use std::{
    collections::{HashMap, VecDeque},
    ffi::c_void,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, OnceLock, PoisonError, RwLock, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// How many worker threads V8 gets for the whole process (compilation, garbage collection).
const WORKERS: u32 = 2;

/// The foreground tasks of one isolate.
#[derive(Default)]
pub(crate) struct TaskQueue {
    len: AtomicUsize,
    inner: Mutex<Tasks>,
}

#[derive(Default)]
struct Tasks {
    ready: VecDeque<v8::Task>,
    owner: Weak<IsolateCore>,
}

impl TaskQueue {
    /// Queues a task and tells the isolate.
    pub(crate) fn push(&self, task: v8::Task) {
        let mut tasks = self.tasks();
        tasks.ready.push_back(task);
        self.len.store(tasks.ready.len(), Ordering::Release);
        let owner = tasks.owner.upgrade();
        drop(tasks);
        if let Some(owner) = owner {
            owner.request_housekeeping();
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len.load(Ordering::Acquire) == 0
    }

    pub(crate) fn pop(&self) -> Option<v8::Task> {
        let mut tasks = self.tasks();
        let task = tasks.ready.pop_front();
        self.len.store(tasks.ready.len(), Ordering::Release);
        task
    }

    fn adopt(&self, owner: &Arc<IsolateCore>) {
        self.tasks().owner = Arc::downgrade(owner);
    }

    fn tasks(&self) -> std::sync::MutexGuard<'_, Tasks> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task queues of all isolates of the process, by V8's address of the isolate.
static REGISTRY: RwLock<Option<HashMap<usize, Arc<TaskQueue>>>> = RwLock::new(None);

fn queue_of(isolate: usize) -> Arc<TaskQueue> {
    let registry = REGISTRY.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(queue) = registry.as_ref().and_then(|map| map.get(&isolate)) {
        return queue.clone();
    }
    drop(registry);
    // A task for an isolate that is still being made: it is kept for the isolate to adopt.
    let mut registry = REGISTRY.write().unwrap_or_else(PoisonError::into_inner);
    registry.get_or_insert_default().entry(isolate).or_default().clone()
}

/// Makes the tasks posted for the isolate at `address` its own.
pub(crate) fn register(address: usize, owner: &Arc<IsolateCore>) -> Arc<TaskQueue> {
    let queue = queue_of(address);
    queue.adopt(owner);
    queue
}

/// Forgets an isolate that is about to be disposed of. Before it is: V8 may give its address to a new isolate at once.
pub(crate) fn unregister(address: usize, queue: &Arc<TaskQueue>) {
    remove_if(address, |registered| Arc::ptr_eq(registered, queue));
}

/// Drops what is left of a disposed isolate. Its tasks are cancelled by now, and dropping them does nothing.
pub(crate) fn purge(address: usize, queue: &TaskQueue) {
    // What V8 posted while it took the isolate down, unless a new isolate at that address has adopted it.
    remove_if(address, |registered| registered.tasks().owner.strong_count() == 0);
    let tasks = std::mem::take(&mut queue.tasks().ready);
    queue.len.store(0, Ordering::Release);
    drop(tasks);
}

fn remove_if(address: usize, condition: impl FnOnce(&Arc<TaskQueue>) -> bool) {
    let mut registry = REGISTRY.write().unwrap_or_else(PoisonError::into_inner);
    let removed =
        registry.as_mut().and_then(|map| map.get(&address).is_some_and(condition).then(|| map.remove(&address)));
    drop(registry);
    drop(removed);
}

struct Platform;

/// The hooks are called from C++: nothing may unwind out of them.
fn guarded(post: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(post)).is_err() {
        // A hook only pushes; if that panicked the process is out of memory.
        std::process::abort();
    }
}

impl v8::PlatformImpl for Platform {
    fn post_task(&self, isolate: *mut c_void, task: v8::Task) {
        guarded(|| queue_of(isolate.addr()).push(task));
    }

    fn post_non_nestable_task(&self, isolate: *mut c_void, task: v8::Task) {
        // Tasks run at the end of a turn with no JS on the stack, so nothing is ever nested.
        guarded(|| queue_of(isolate.addr()).push(task));
    }

    fn post_delayed_task(&self, isolate: *mut c_void, task: v8::Task, delay_in_seconds: f64) {
        guarded(|| {
            let delay = Duration::try_from_secs_f64(delay_in_seconds).unwrap_or_default();
            watchdog::get().delay(Instant::now() + delay, Arc::downgrade(&queue_of(isolate.addr())), task);
        });
    }

    fn post_non_nestable_delayed_task(&self, isolate: *mut c_void, task: v8::Task, delay_in_seconds: f64) {
        self.post_delayed_task(isolate, task, delay_in_seconds);
    }

    fn post_idle_task(&self, _isolate: *mut c_void, task: v8::IdleTask) {
        // Idle tasks are optional work that V8 is told not to post (`idle_task_support` is off).
        guarded(|| drop(task));
    }
}

/// TurboFan's loop unrolling takes the interrupt check out of some loops that never end: with it no termination ever
/// reaches `for (;;) new Array(1000).fill(1)` (V8 15.2), and no limit holds.
const TERMINABLE: &str = "--no-turboshaft-loop-unrolling";

struct Initialised {
    flags: Arc<str>,
}

/// Initialises V8 once per process, with a platform that leaves JIT pages accessible to threads older than V8.
pub(crate) fn initialise(flags: &str) -> Result<(), RuntimeError> {
    static ONCE: OnceLock<Result<Initialised, RuntimeError>> = OnceLock::new();
    let first = ONCE.get_or_init(|| {
        // The crate panics when V8 was initialised by somebody else, and has no way to ask.
        catch_unwind(|| {
            let platform = v8::new_custom_platform(WORKERS, false, true, Platform).make_shared();
            // Panics if V8 was initialised by others. Before the flags: V8 aborts if they are set then.
            v8::V8::initialize_platform(platform);
            v8::V8::set_flags_from_string(TERMINABLE);
            if !flags.is_empty() {
                v8::V8::set_flags_from_string(flags);
            }
            v8::V8::initialize();
        })
        .map(|()| Initialised { flags: flags.into() })
        .map_err(|_| RuntimeError::ForeignV8)
    });
    match first {
        Ok(first) if *first.flags == *flags => Ok(()),
        Ok(first) => Err(RuntimeError::OtherFlags { in_force: first.flags.clone() }),
        Err(error) => Err(error.clone()),
    }
}
