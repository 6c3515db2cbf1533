//! A home without V8, its runtime thread, and turns that are closures.

use isolock::protocol::{
    entry::{Body, GateOf, Home, Queue, QueuedTurn, lead_if_free, submit},
    gate::{OUTSIDE, Section},
    liveness::{Liveness, Why},
    turn_future::TurnFuture,
    turn_queue::Submitted,
};
use std::{
    cell::Cell,
    panic::Location,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
};

thread_local! {
    static IN_TURN: Cell<bool> = const { Cell::new(false) };
}

/// What a thread has while it is inside.
#[derive(Default)]
pub(crate) struct Inside {
    /// The turns so far; the home has the same counter.
    pub(crate) turns: Arc<AtomicU64>,
    /// The names of those that left one.
    pub(crate) log: Vec<u32>,
}

/// A home without V8.
#[derive(Default)]
pub(crate) struct TestHome {
    queue: Queue<Inside>,
    /// Only ever tried: the queue must let in one thread at a time.
    inside: Mutex<Inside>,
    /// The turns so far.
    pub(crate) turns: Arc<AtomicU64>,
    pub(crate) handed_over: AtomicUsize,
    kicked: AtomicBool,
    bell: Mutex<Bell>,
    rung: Condvar,
}

#[derive(Default)]
struct Bell {
    kicks: usize,
    over: bool,
}

impl Home for TestHome {
    type Session = Inside;

    fn queue(&self) -> &Queue<Inside> {
        &self.queue
    }

    fn inside<R>(&self, f: impl FnOnce(&mut Inside) -> R) -> R {
        struct Restore;
        impl Drop for Restore {
            fn drop(&mut self) {
                IN_TURN.set(false);
            }
        }
        let mut inside = match self.inside.try_lock() {
            Ok(inside) => inside,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => panic!("two threads inside"),
        };
        IN_TURN.set(true);
        let _restore = Restore;
        f(&mut inside)
    }

    fn may_enter(&self) -> bool {
        !IN_TURN.get()
    }

    fn kick(&self) {
        if !self.kicked.swap(true, Ordering::AcqRel) {
            locked(&self.bell).kicks += 1;
            self.rung.notify_one();
        }
    }

    fn handed_over(&self) {
        self.handed_over.fetch_add(1, Ordering::Relaxed);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TestHome {
    pub(crate) fn new() -> Arc<Self> {
        let turns = Arc::<AtomicU64>::default();
        let inside = Inside { turns: turns.clone(), log: Vec::new() };
        Arc::new(Self { inside: Mutex::new(inside), turns, ..Self::default() })
    }

    /// Starts the runtime's thread: it leads when it is kicked.
    pub(crate) fn serve(self: &Arc<Self>) -> Runtime {
        let home = self.clone();
        let thread = thread::spawn(move || {
            loop {
                let mut bell = locked(&home.bell);
                while bell.kicks == 0 && !bell.over {
                    bell = home.rung.wait(bell).unwrap_or_else(PoisonError::into_inner);
                }
                if bell.kicks == 0 {
                    return;
                }
                bell.kicks -= 1;
                drop(bell);
                home.kicked.store(false, Ordering::Release);
                lead_if_free(&*home);
            }
        });
        Runtime { home: self.clone(), thread }
    }

    /// Shuts the home down as the V8 layer does; `last` runs as the last turn.
    pub(crate) fn shut_down(self: &Arc<Self>, last: impl FnOnce(&mut Inside) + Send + 'static) {
        let last = QueuedTurn::detached(self.clone(), Turn::new(&Ctx::new(0), &Ledger::new(), last));
        let (failed, submitted) = self.queue.close(last);
        for job in failed {
            job.fail();
        }
        if let Submitted::Lead(hold) = submitted {
            drop(hold);
        }
    }

    /// The names that turns left. Nobody may be inside.
    pub(crate) fn log(&self) -> Vec<u32> {
        self.inside.try_lock().expect("nobody is inside").log.clone()
    }

    /// For a report of a hang.
    pub(crate) fn state(&self) -> String {
        let (held, waiting) = (self.queue.is_held(), self.queue.waiting());
        format!("held: {held}, waiting: {waiting}, turns: {}", self.turns.load(Ordering::Relaxed))
    }

    /// Nobody holds it and nobody waits.
    pub(crate) fn assert_idle(&self) {
        assert!(!self.queue.is_held() && !self.queue.has_waiting() && self.queue.waiting() == 0, "{}", self.state());
    }
}

/// The runtime's thread of one home.
pub(crate) struct Runtime {
    home: Arc<TestHome>,
    thread: JoinHandle<()>,
}

impl Runtime {
    /// Lets the thread answer the kicks there are, and end.
    pub(crate) fn join(self) {
        locked(&self.home.bell).over = true;
        self.home.rung.notify_one();
        self.thread.join().expect("the runtime's thread");
    }
}

/// A context.
pub(crate) struct Ctx {
    pub(crate) id: u64,
    pub(crate) gate: Arc<GateOf<Inside>>,
    pub(crate) life: Liveness,
}

impl Ctx {
    pub(crate) fn new(id: u64) -> Arc<Self> {
        Arc::new(Self { id, gate: Arc::new(GateOf::new()), life: Liveness::new() })
    }

    /// Ends it as the V8 layer does: refuses, fails what waits, opens the gate for good.
    pub(crate) fn end(&self, home: &TestHome) -> bool {
        if !self.life.end(Why::Killed, Location::caller()) {
            return false;
        }
        for job in home.queue().take_if(|job| job.context() == self.id) {
            job.fail();
        }
        for job in self.gate.close() {
            job.fail();
        }
        true
    }

    /// Ends a section as the V8 layer does.
    pub(crate) fn end_section(&self, home: &TestHome, section: Section) {
        for job in self.gate.end(section) {
            submit(home, job);
        }
    }
}

/// How many things are alive.
#[derive(Default)]
pub(crate) struct Ledger(AtomicUsize);

impl Ledger {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn alive(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn token(self: &Arc<Self>) -> Token {
        self.0.fetch_add(1, Ordering::Relaxed);
        Token(self.clone())
    }
}

/// One thing that is alive.
pub(crate) struct Token(Arc<Ledger>);

impl Drop for Token {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Why a turn did not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    Gone,
    Closed,
}

/// A turn that is a closure.
pub(crate) struct Turn<F> {
    ctx: Arc<Ctx>,
    section: Section,
    f: F,
    _alive: Token,
}

impl<R: Send + 'static, F: FnOnce(&mut Inside) -> R + Send + 'static> Turn<F> {
    pub(crate) fn new(ctx: &Arc<Ctx>, ledger: &Arc<Ledger>, f: F) -> Self {
        Self { ctx: ctx.clone(), section: OUTSIDE, f, _alive: ledger.token() }
    }

    /// The same inside a section.
    pub(crate) fn within(mut self, section: Section) -> Self {
        self.section = section;
        self
    }

    pub(crate) fn future(self, home: &Arc<TestHome>) -> TurnFuture<TestHome, Self> {
        TurnFuture::new(home.clone(), self)
    }

    pub(crate) fn offloaded(self, home: &Arc<TestHome>) -> TurnFuture<TestHome, Self> {
        TurnFuture::offloaded(home.clone(), self)
    }

    pub(crate) fn submit(self, home: &Arc<TestHome>) {
        submit(&**home, QueuedTurn::detached(home.clone(), self));
    }
}

impl<R: Send + 'static, F: FnOnce(&mut Inside) -> R + Send + 'static> Body<Inside> for Turn<F> {
    type Output = Result<R, Refused>;
    type Refusal = Refused;

    fn check(&self) -> Result<(), Refused> {
        self.ctx.life.check().map_err(|_| Refused::Gone)
    }

    fn closed(&self) -> Refused {
        Refused::Closed
    }

    fn gate(&self) -> Option<(&Arc<GateOf<Inside>>, Section)> {
        Some((&self.ctx.gate, self.section))
    }

    fn context(&self) -> u64 {
        self.ctx.id
    }

    fn run(self, session: &mut Inside) -> Self::Output {
        session.turns.fetch_add(1, Ordering::Relaxed);
        Ok((self.f)(session))
    }

    fn refuse(self, why: Refused) -> Self::Output {
        Err(why)
    }
}
