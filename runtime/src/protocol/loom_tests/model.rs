//! The stand-ins: a home whose inside is a cell that loom watches, a thread that leads when it is kicked, and turns that
//! leave a trace.

use crate::protocol::{
    entry::{Body, GateOf, Home, Queue, QueuedTurn, lead_if_free},
    gate::Section,
    liveness::{Liveness, Why},
    sync::{Arc, Mutex, lock},
    turn_future::TurnFuture,
};
use loom::{cell::UnsafeCell, future::block_on, model::Builder, sync::Condvar, thread};
use std::{
    cell::Cell,
    future::Future,
    panic::Location,
    pin::Pin,
    // Counters of the tests and not part of what is explored.
    sync::atomic::{AtomicUsize, Ordering},
    task::{Context, Poll, Waker},
};

/// Explores with the bound on preemptions from the environment. With three of them no test takes more than some seconds.
pub(super) fn explore(test: impl Fn() + Send + Sync + 'static) {
    Builder::new().check(test);
}

/// What a thread has while it is inside.
#[derive(Default)]
pub(super) struct Inside {
    /// The names of the turns that ran, in their order.
    pub(super) log: Vec<u8>,
}

/// A home without V8.
pub(super) struct Model {
    queue: Queue<Inside>,
    inside: UnsafeCell<Inside>,
    bell: Mutex<Bell>,
    rung: Condvar,
    /// Only the runtime's thread may go inside.
    pool: bool,
}

// SAFETY: the cell is accessed by the holder of the queue only; this is what the tests are about, and loom reports an
// access that is concurrent with another.
unsafe impl Sync for Model {}

#[derive(Default)]
struct Bell {
    kicked: bool,
    over: bool,
}

loom::thread_local! {
    static IS_RUNTIME: Cell<bool> = Cell::new(false);
}

impl Home for Model {
    type Session = Inside;

    fn queue(&self) -> &Queue<Inside> {
        &self.queue
    }

    fn inside<R>(&self, f: impl FnOnce(&mut Inside) -> R) -> R {
        // SAFETY: see `Sync`.
        self.inside.with_mut(|inside| f(unsafe { &mut *inside }))
    }

    fn may_enter(&self) -> bool {
        !self.pool || IS_RUNTIME.with(Cell::get)
    }

    fn kick(&self) {
        lock(&self.bell).kicked = true;
        self.rung.notify_one();
    }
}

impl Model {
    pub(super) fn new() -> Arc<Self> {
        Self::build(false)
    }

    /// Pollers can't go inside.
    pub(super) fn pool() -> Arc<Self> {
        Self::build(true)
    }

    fn build(pool: bool) -> Arc<Self> {
        Arc::new(Self {
            queue: Queue::new(),
            inside: UnsafeCell::new(Inside::default()),
            bell: Mutex::new(Bell::default()),
            rung: Condvar::new(),
            pool,
        })
    }

    /// Starts the runtime's thread: it leads when it is kicked.
    pub(super) fn serve(self: &Arc<Self>) -> Runtime {
        let home = self.clone();
        let thread = thread::spawn(move || {
            IS_RUNTIME.with(|is_runtime| is_runtime.set(true));
            loop {
                let mut bell = lock(&home.bell);
                while !bell.kicked && !bell.over {
                    bell = home.rung.wait(bell).unwrap();
                }
                if !std::mem::take(&mut bell.kicked) {
                    return;
                }
                drop(bell);
                lead_if_free(&*home);
            }
        });
        Runtime { home: self.clone(), thread }
    }

    /// Whether the runtime's thread was asked for.
    pub(super) fn was_kicked(&self) -> bool {
        lock(&self.bell).kicked
    }

    /// The names of the turns that ran. To be called when all threads are joined: nobody is inside and nobody waits.
    pub(super) fn log(&self) -> Vec<u8> {
        assert!(!self.queue.is_held(), "somebody still holds the isolate");
        assert!(!self.queue.has_waiting(), "the queue still says that somebody waits");
        assert_eq!(self.queue.waiting(), 0, "somebody still waits");
        // SAFETY: see `Sync`.
        self.inside.with_mut(|inside| std::mem::take(unsafe { &mut (*inside).log }))
    }
}

/// The runtime's thread.
pub(super) struct Runtime {
    home: Arc<Model>,
    thread: thread::JoinHandle<()>,
}

impl Runtime {
    /// Lets the thread answer the last kick and end.
    pub(super) fn join(self) {
        lock(&self.home.bell).over = true;
        self.home.rung.notify_one();
        self.thread.join().unwrap();
    }
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Ran(u8),
    Gone,
    Closed,
}

/// An outcome together with what has to be dropped.
pub(super) struct Output {
    pub(super) outcome: Outcome,
    _alive: Token,
}

/// Counts what is alive, and what ended how.
#[derive(Default)]
pub(super) struct Ledger {
    alive: AtomicUsize,
    ran: AtomicUsize,
    refused: AtomicUsize,
}

impl Ledger {
    pub(super) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(super) fn ran(&self) -> usize {
        self.ran.load(Ordering::Relaxed)
    }

    pub(super) fn refused(&self) -> usize {
        self.refused.load(Ordering::Relaxed)
    }

    /// How many inputs and outputs have not been dropped.
    pub(super) fn alive(&self) -> usize {
        self.alive.load(Ordering::Relaxed)
    }
}

pub(super) struct Token(Arc<Ledger>);

impl Token {
    pub(super) fn new(ledger: &Arc<Ledger>) -> Self {
        ledger.alive.fetch_add(1, Ordering::Relaxed);
        Self(ledger.clone())
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        // Wraps round if something is dropped twice, which no count of zero forgives.
        self.0.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A context: its number, its gate and whether it lives.
pub(super) struct World {
    pub(super) id: u64,
    pub(super) gate: Arc<GateOf<Inside>>,
    pub(super) life: Liveness,
}

impl World {
    pub(super) fn new(id: u64) -> Arc<Self> {
        Arc::new(Self { id, gate: Arc::new(GateOf::new()), life: Liveness::new() })
    }

    /// Ends it as the V8 layer does: refuses, fails what waits, opens the gate for good.
    pub(super) fn end(&self, home: &Model) {
        if !self.life.end(Why::Killed, Location::caller()) {
            return;
        }
        for job in home.queue().take_if(|job| job.context() == self.id) {
            job.fail();
        }
        for job in self.gate.close() {
            job.fail();
        }
    }
}

/// A turn that writes its name down.
pub(super) struct Act {
    name: u8,
    ledger: Arc<Ledger>,
    alive: Token,
    context: Option<Arc<World>>,
    section: Section,
}

impl Act {
    pub(super) fn new(name: u8, ledger: &Arc<Ledger>) -> Self {
        Self { name, ledger: ledger.clone(), alive: Token::new(ledger), context: None, section: 0 }
    }

    /// The same in a context, outside of its sections.
    pub(super) fn of(mut self, context: &Arc<World>) -> Self {
        self.context = Some(context.clone());
        self
    }

    pub(super) fn future(self, home: &Arc<Model>) -> TurnFuture<Model, Self> {
        TurnFuture::new(home.clone(), self)
    }

    pub(super) fn offloaded(self, home: &Arc<Model>) -> TurnFuture<Model, Self> {
        TurnFuture::offloaded(home.clone(), self)
    }

    pub(super) fn detached(self, home: &Arc<Model>) -> Arc<QueuedTurn<Model, Self>> {
        QueuedTurn::detached(home.clone(), self)
    }

    /// A thread that waits for it.
    pub(super) fn spawn(self, home: &Arc<Model>) -> thread::JoinHandle<Outcome> {
        let future = self.future(home);
        thread::spawn(move || block_on(future).outcome)
    }
}

impl Body<Inside> for Act {
    type Output = Output;
    type Refusal = Outcome;

    fn check(&self) -> Result<(), Outcome> {
        match &self.context {
            Some(context) if context.life.check().is_err() => Err(Outcome::Gone),
            _ => Ok(()),
        }
    }

    fn closed(&self) -> Outcome {
        Outcome::Closed
    }

    fn gate(&self) -> Option<(&Arc<GateOf<Inside>>, Section)> {
        self.context.as_ref().map(|context| (&context.gate, self.section))
    }

    fn context(&self) -> u64 {
        self.context.as_ref().map_or(0, |context| context.id)
    }

    fn run(self, session: &mut Inside) -> Output {
        session.log.push(self.name);
        self.ledger.ran.fetch_add(1, Ordering::Relaxed);
        Output { outcome: Outcome::Ran(self.name), _alive: self.alive }
    }

    fn refuse(self, why: Outcome) -> Output {
        self.ledger.refused.fetch_add(1, Ordering::Relaxed);
        Output { outcome: why, _alive: self.alive }
    }
}

/// Polls once, with a task that never comes back.
pub(super) fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}
