//! The record of the running turn: its time limit, and who asked it to end.
//!
//! V8 forgets and misplaces termination requests: `lock()` erases one made before it, the end of a script clears one
//! without ending the turn, and one that arrives late kills the next turn under the same lock. So requests go through a
//! record under one mutex. A request is addressed (to a turn, an event, a context), takes effect only while the addressed
//! turn runs, is repeated by the watchdog until the turn ends, and is taken back at its end. Attribution is exact; the
//! time until a turn ends is "soon", because V8 looks at requests only now and then.

use super::sync::{AtomicBool, Mutex, Ordering, lock};
use super::turn_record::TurnRecord;
use std::{
    fmt,
    panic::Location,
    time::{Duration, Instant},
};

/// How long the watchdog waits before it repeats a request.
pub const RESEND: Duration = Duration::from_millis(5);

/// What ends a running script: V8's termination, or a stand-in in tests.
pub trait Brake: Send + Sync {
    /// Asks the engine to end what runs.
    fn pull(&self);
    /// Takes the request back.
    fn release(&self);
}

/// Why a turn is asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// It ran longer than the limit per turn.
    TimeLimit(Duration),
    /// The heap reached its limit, in bytes.
    HeapLimit(usize),
    /// `terminate` was called.
    Terminate(&'static Location<'static>),
    /// Its context was killed.
    ContextKilled(&'static Location<'static>),
    /// It went on calling host functions of a context that has ended.
    ContextEnded(&'static Location<'static>),
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimeLimit(limit) => write!(f, "it ran longer than the limit of {limit:?} per turn"),
            Self::HeapLimit(limit) => write!(f, "the heap reached its limit of {limit} bytes"),
            Self::Terminate(at) => write!(f, "`terminate` was called at {at}"),
            Self::ContextKilled(at) => write!(f, "its context was killed at {at}"),
            Self::ContextEnded(at) => {
                write!(f, "it went on calling host functions of a context that ended at {at}")
            }
        }
    }
}

/// Which running turn a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// Whatever runs at this moment.
    Running,
    /// The turn with this number.
    Turn(u64),
    /// A turn of this event.
    Event(u64),
    /// A turn of this context.
    Context(u64),
}

/// The record of one isolate.
pub struct Termination<B> {
    brake: B,
    killed: AtomicBool,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    running: Option<TurnRecord>,
    request: Option<Request>,
    resend: Option<Instant>,
}

impl<B: Brake> Termination<B> {
    /// Nothing runs.
    pub fn new(brake: B) -> Self {
        Self { brake, killed: AtomicBool::new(false), inner: Mutex::new(Inner::default()) }
    }

    /// A turn begins. To be called once the engine's lock is held: what was requested before is erased by it.
    pub fn begin(&self, record: TurnRecord) {
        let mut inner = lock(&self.inner);
        debug_assert!(inner.running.is_none(), "a turn begins while another runs");
        inner.running = Some(record);
    }

    /// The turn ends. Returns the request that was made of it, after taking it back from the engine.
    pub fn end(&self) -> Option<Request> {
        let mut inner = lock(&self.inner);
        inner.running = None;
        inner.resend = None;
        let request = inner.request.take();
        if request.is_some() {
            self.killed.store(false, Ordering::Release);
            self.brake.release();
        }
        request
    }

    /// Asks the addressed turn to end. `false` if no such turn runs. The first request of a turn stays its reason.
    pub fn request(&self, address: Address, request: Request) -> bool {
        let mut inner = lock(&self.inner);
        let Some(running) = inner.running else { return false };
        let meant = match address {
            Address::Running => true,
            Address::Turn(turn) => running.turn == turn,
            Address::Event(event) => running.event == event,
            Address::Context(context) => running.context == context,
        };
        if meant {
            self.pull(&mut inner, request, Instant::now());
        }
        meant
    }

    /// What the watchdog does now and then: ends a turn that is past its deadline and repeats requests. Returns when it
    /// should look again, if a turn with a deadline or a request runs.
    pub fn tick(&self, now: Instant) -> Option<Instant> {
        let mut inner = lock(&self.inner);
        let running = inner.running?;
        if inner.request.is_some() {
            if inner.resend.is_none_or(|at| now >= at) {
                let request = inner.request?;
                self.pull(&mut inner, request, now);
            }
        } else {
            let deadline = running.deadline?;
            if now < deadline {
                return Some(deadline);
            }
            let limit = running.began.map_or(Duration::ZERO, |began| deadline - began);
            self.pull(&mut inner, Request::TimeLimit(limit), now);
        }
        inner.resend
    }

    fn pull(&self, inner: &mut Inner, request: Request, now: Instant) {
        inner.request.get_or_insert(request);
        inner.resend = Some(now + RESEND);
        self.killed.store(true, Ordering::Release);
        self.brake.pull();
    }

    /// Whether the running turn was asked to end.
    #[must_use]
    pub fn is_killed(&self) -> bool {
        self.killed.load(Ordering::Acquire)
    }

    /// The running turn.
    #[must_use]
    pub fn running(&self) -> Option<TurnRecord> {
        lock(&self.inner).running
    }

    /// What pulls and releases.
    pub fn brake(&self) -> &B {
        &self.brake
    }
}
