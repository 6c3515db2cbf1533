//! The record of one isolate: its queue, its V8, and how a thread goes inside.

use super::{
    affine::Own,
    buffers::Budget,
    context::ContextInner,
    doomed::Doomed,
    error::{Gone, Part, RunError},
    finalizer::Finalizing,
    group::GroupInner,
    heap_limit::HeapLimit,
    housekeeping::Housekeeping,
    isolate::IsolateOptions,
    pinned::{PinnedHome, Stopped},
    platform::TaskQueue,
    rejection,
    runtime::{RuntimeInner, Turns},
    state,
    table::{Function, Table},
    turn_cell::TurnCell,
    turn_threads, watchdog,
};
use crate::protocol::{
    delete_queue::DeleteQueue,
    entry::{self, Home, Queue, QueuedTurn},
    liveness::{Liveness, Why},
    own_list::OwnList,
    termination::{Brake, Termination},
    turn_queue::Submitted,
};
use crate::v8;
use futures::channel::oneshot;
use std::{
    collections::HashMap,
    mem::ManuallyDrop,
    panic::Location,
    ptr::NonNull,
    sync::{
        Arc, Mutex, OnceLock, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Instant,
};

/// One isolate, whoever holds handles to it.
pub(crate) struct IsolateCore {
    pub(crate) id: u64,
    pub(crate) me: Weak<IsolateCore>,
    pub(crate) runtime: Arc<RuntimeInner>,
    pub(crate) options: IsolateOptions,
    /// V8's address of the isolate, for the platform and the heap-limit callback.
    pub(crate) address: usize,
    pub(crate) engine: Engine,
    pub(crate) queue: Queue<Session>,
    pub(crate) termination: Termination<V8Brake>,
    pub(crate) liveness: Liveness,
    pub(crate) deletes: DeleteQueue<Doomed>,
    pub(crate) tasks: OnceLock<Arc<TaskQueue>>,
    pub(crate) state: TurnCell<IsolateState>,
    pub(crate) own: TurnCell<OwnList<Own>>,
    pub(crate) heap: HeapLimit,
    pub(crate) budget: Arc<Budget>,
    pub(crate) counters: Counters,
    next_event: AtomicU64,
    kicked: AtomicBool,
    housekeeping_waits: AtomicBool,
    handed_over: AtomicBool,
    stalled: AtomicBool,
    disposed: Mutex<Disposed>,
}

/// What only the holder of the isolate touches.
#[derive(Default)]
pub(crate) struct IsolateState {
    pub(crate) turns: u64,
    pub(crate) contexts: HashMap<u64, Arc<ContextInner>>,
    pub(crate) groups: Vec<Arc<GroupInner>>,
    pub(crate) functions: Table<Function>,
    pub(crate) finalizers: Table<Finalizing>,
    pub(crate) rejections: Vec<rejection::Rejection>,
}

/// Counts that may be read at any time.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) turns: AtomicU64,
    pub(crate) roots: AtomicU64,
    pub(crate) own_values: AtomicU64,
    pub(crate) contexts: AtomicU64,
    pub(crate) functions: AtomicUsize,
}

/// How V8 is held.
pub(crate) enum Engine {
    /// Any thread may lock it. Taken out by the reaper, after the last turn.
    Shared(TurnCell<Option<v8::SharedIsolate>>),
    /// One thread has it locked for good.
    Pinned(PinnedHome),
}

#[derive(Default)]
struct Disposed {
    done: bool,
    waiting: Vec<oneshot::Sender<()>>,
}

/// V8's termination.
pub(crate) struct V8Brake(pub(crate) v8::IsolateHandle);

impl Brake for V8Brake {
    fn pull(&self) {
        self.0.terminate_execution();
    }

    fn release(&self) {
        self.0.cancel_terminate_execution();
    }
}

/// What a thread has while it is inside: the isolate, locked and entered.
pub(crate) struct Session {
    isolate: NonNull<v8::Isolate>,
    core: NonNull<IsolateCore>,
}

impl Session {
    pub(crate) fn isolate(&mut self) -> &mut v8::Isolate {
        // SAFETY: a session is made by `inside` from an exclusive reference to the locked isolate, and only lent out for
        // as long as that reference lives.
        unsafe { self.isolate.as_mut() }
    }

    /// The record of the isolate. Its lifetime is not tied to the session, so that both can be used together; it is valid
    /// for as long as the caller of `inside` keeps it, which is longer than the session.
    pub(crate) fn core<'a>(&self) -> &'a IsolateCore {
        // SAFETY: `inside` borrows the core for longer than the session lives, and no reference leaves the turn: `Lock`
        // and everything made from it end with the session.
        unsafe { self.core.as_ref() }
    }
}

impl Home for IsolateCore {
    type Session = Session;

    fn queue(&self) -> &Queue<Session> {
        &self.queue
    }

    fn inside<R>(&self, f: impl FnOnce(&mut Session) -> R) -> R {
        let core = NonNull::from(self);
        match &self.engine {
            Engine::Shared(engine) => {
                // SAFETY: only the holder of the queue goes inside, and the reaper takes the engine out only after it has
                // taken the hold for good.
                let shared = unsafe { engine.get() }.as_ref().expect("a disposed isolate was entered");
                let mut locker = shared.lock();
                let isolate: &mut v8::Isolate = &mut locker;
                f(&mut Session { isolate: NonNull::from(isolate), core })
            }
            Engine::Pinned(home) => home.entered(|isolate| f(&mut Session { isolate: NonNull::from(isolate), core })),
        }
    }

    fn may_enter(&self) -> bool {
        if state::in_turn() {
            return false;
        }
        match (&self.engine, self.runtime.turns) {
            (Engine::Pinned(home), _) => home.is_here(),
            (Engine::Shared(_), Turns::Inline) => true,
            (Engine::Shared(_), Turns::Pool(_)) => turn_threads::is_turn_thread(),
        }
    }

    fn kick(&self) {
        if self.kicked.swap(true, Ordering::AcqRel) {
            return;
        }
        match &self.engine {
            Engine::Pinned(home) => home.kick(),
            Engine::Shared(_) => {
                if let Some(me) = self.me.upgrade() {
                    self.runtime.threads.kick(me);
                }
            }
        }
    }

    fn handed_over(&self) {
        self.handed_over.store(true, Ordering::Release);
        watchdog::get().note();
    }
}

/// What the watchdog saw.
pub(crate) struct Look {
    pub(crate) busy: bool,
    pub(crate) next: Option<Instant>,
}

impl IsolateCore {
    /// A record for an isolate whose V8 is `engine`.
    pub(crate) fn new(parts: Parts) -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let Parts { runtime, options, address, engine, handle, budget } = parts;
        let core = Arc::new_cyclic(|me| Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            me: me.clone(),
            runtime,
            heap: HeapLimit::new(options.heap_limit),
            options,
            address,
            engine,
            queue: Queue::new(),
            termination: Termination::new(V8Brake(handle)),
            liveness: Liveness::new(),
            deletes: DeleteQueue::new(),
            tasks: OnceLock::new(),
            state: TurnCell::new(IsolateState::default()),
            own: TurnCell::new(OwnList::new()),
            budget,
            counters: Counters::default(),
            next_event: AtomicU64::new(2),
            kicked: AtomicBool::new(false),
            housekeeping_waits: AtomicBool::new(false),
            handed_over: AtomicBool::new(false),
            stalled: AtomicBool::new(false),
            disposed: Mutex::default(),
        });
        drop(core.tasks.set(super::platform::register(address, &core)));
        watchdog::get().add(&core, core.options.turn_limit);
        core
    }

    /// The number of an event that begins outside a turn: an even one, see `turn::begin`.
    pub(crate) fn next_event(&self) -> u64 {
        self.next_event.fetch_add(2, Ordering::Relaxed)
    }

    pub(crate) fn has_tasks(&self) -> bool {
        self.tasks.get().is_some_and(|tasks| !tasks.is_empty())
    }

    /// Whoever takes the kick leads next; later kicks are new ones.
    pub(crate) fn kick_taken(&self) {
        self.kicked.store(false, Ordering::Release);
    }

    /// The turn that was requested runs; the next request asks for another.
    pub(crate) fn housekeeping_begins(&self) {
        self.housekeeping_waits.store(false, Ordering::Release);
    }

    /// Has a turn of the runtime's own run soon, if none waits already.
    pub(crate) fn request_housekeeping(&self) {
        if !self.liveness.is_alive() || self.housekeeping_waits.swap(true, Ordering::AcqRel) {
            return;
        }
        if let Some(me) = self.me.upgrade() {
            let turn = QueuedTurn::detached(me.clone(), Housekeeping { core: me, last: false });
            entry::submit(self, turn);
        }
    }

    /// Fails every waiting turn of a context.
    pub(crate) fn fail_context(&self, context: u64) {
        for job in self.queue.take_if(|job| job.context() == context) {
            job.fail();
        }
    }

    /// The error for a part that has ended.
    pub(crate) fn gone(&self) -> Result<(), RunError> {
        self.liveness.check().map_err(|obituary| RunError::Gone(Gone::new(Part::Isolate(self.id), obituary)))
    }

    /// Ends the isolate: refuses, fails what waits, has the last turn run, and then the reaper dispose of it. Calls after
    /// the first do nothing.
    pub(crate) fn shut_down(&self, why: Why, at: &'static Location<'static>) {
        if !self.liveness.end(why, at) {
            return;
        }
        let Some(me) = self.me.upgrade() else { return };
        let last = QueuedTurn::detached(me.clone(), Housekeeping { core: me, last: true });
        let (failed, submitted) = self.queue.close(last);
        for job in failed {
            job.fail();
        }
        if let Submitted::Lead(hold) = submitted {
            drop(hold);
        }
    }

    /// Resolves when the isolate has been disposed of.
    pub(crate) fn disposed(&self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        let mut disposed = self.disposed.lock().unwrap_or_else(PoisonError::into_inner);
        if disposed.done {
            let _ = sender.send(());
        } else {
            disposed.waiting.push(sender);
        }
        receiver
    }

    /// Takes V8 down. Called once, by the reaper, after the last turn.
    pub(crate) fn dispose(self: Arc<Self>) {
        // The hold is taken and never given back, so nobody can go inside any more. Somebody may still be on the way out
        // of an empty stay.
        loop {
            if let Some(hold) = self.queue.lead() {
                let _kept = ManuallyDrop::new(hold);
                break;
            }
            std::thread::yield_now();
        }
        if let Some(tasks) = self.tasks.get() {
            super::platform::unregister(self.address, tasks);
        }
        match &self.engine {
            Engine::Shared(engine) => {
                // SAFETY: this thread holds the queue, for good.
                let shared = unsafe { engine.get_mut() }.take();
                // The slots of an adopted isolate are dropped with it. Their panics must not end the thread that disposes
                // of all the others.
                self.guarded(|| drop(shared));
            }
            Engine::Pinned(home) => {
                if home.stop(&self) == Stopped::ByLoop {
                    return;
                }
            }
        }
        self.disposed_of();
    }

    /// V8's part has been taken down.
    pub(crate) fn disposed_of(&self) {
        if let Some(tasks) = self.tasks.get() {
            super::platform::purge(self.address, tasks);
        }
        let mut disposed = self.disposed.lock().unwrap_or_else(PoisonError::into_inner);
        disposed.done = true;
        let waiting = std::mem::take(&mut disposed.waiting);
        // Wakers are the embedder's.
        drop(disposed);
        for waiting in waiting {
            let _ = waiting.send(());
        }
    }

    /// The watchdog's look.
    pub(crate) fn tick(&self, now: Instant) -> Look {
        let next = self.termination.tick(now);
        let mut busy = next.is_some();
        // Taken before the look: a hand-over that comes after it is reported anew.
        if self.handed_over.swap(false, Ordering::AcqRel) {
            busy = true;
            if self.queue.has_waiting() && !self.queue.is_held() {
                self.handed_over.store(true, Ordering::Release);
                // Seen twice in a row: the one who was woken doesn't come, so a thread of the runtime does.
                if self.stalled.swap(true, Ordering::Relaxed) {
                    self.kick();
                }
            } else {
                self.stalled.store(false, Ordering::Relaxed);
            }
        }
        Look { busy, next }
    }
}

/// What an [`IsolateCore`] is made of.
pub(crate) struct Parts {
    pub(crate) runtime: Arc<RuntimeInner>,
    pub(crate) options: IsolateOptions,
    pub(crate) address: usize,
    pub(crate) engine: Engine,
    pub(crate) handle: v8::IsolateHandle,
    pub(crate) budget: Arc<Budget>,
}
