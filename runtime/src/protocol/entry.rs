//! How a turn goes through gate and queue to its single outcome.
//!
//! Uncontended, the turn runs inline and nothing is allocated ([`at_once`]). Otherwise it moves into a slot that stands in
//! the queue (or parks at the gate), and whoever holds the isolate next runs it: its own poller, another future's, or a
//! thread of the runtime.

use super::{
    gate::{Gate, Parked, Section},
    sync::{Arc, contain},
    turn_queue::{Busy, Hold, Submitted, TurnQueue, Waiter},
    turn_slot::TurnSlot,
};

/// How many waiting turns a holder runs before it lets go.
pub const BATCH: usize = 32;

/// A waiting turn, whatever its types. Whoever runs or fails one need not be the one who asked for it, and must not pay
/// for its panics: neither the result of its own turn nor the other turns of a batch may be lost. So neither `run` nor
/// `fail` unwinds.
pub trait Job<S>: Waiter {
    /// Runs it (or fails it, or parks it again) under the hold that `session` stands for.
    fn run(self: Arc<Self>, session: &mut S);
    /// Fails it without running it.
    fn fail(&self);
    /// The context it belongs to; 0 for none.
    fn context(&self) -> u64;
}

/// The queue of a home.
pub type Queue<S> = TurnQueue<dyn Job<S>>;
/// The gate of a context of a home.
pub type GateOf<S> = Gate<dyn Job<S>>;

/// Where turns run: an isolate, or a stand-in in tests.
pub trait Home: Send + Sync + 'static {
    /// What a thread has while it is inside.
    type Session;
    /// The queue.
    fn queue(&self) -> &Queue<Self::Session>;
    /// Goes inside. To be called by the holder of the queue only.
    fn inside<R>(&self, f: impl FnOnce(&mut Self::Session) -> R) -> R;
    /// Whether the calling thread may go inside at this moment.
    fn may_enter(&self) -> bool;
    /// Asks a thread of the runtime to lead. Must not block, and must be called when a turn waits that nobody polls.
    fn kick(&self);
    /// Turns were left to a poller; the watchdog may want to see that it comes.
    fn handed_over(&self) {}
}

/// One turn: what it needs to be admitted, and what it does.
///
/// `run` should catch what the user's code throws and make it an output. Where something panics nonetheless (the drop of a
/// capture, or of an output that nobody wants) the panic ends with the turn; if its outcome is lost with it, polling the
/// future panics.
pub trait Body<S>: Send {
    /// Its outcome.
    type Output: Send + 'static;
    /// Why it can't run.
    type Refusal;
    /// Whether it may still run. Asked before it queues and again under the hold.
    ///
    /// # Errors
    /// Why not.
    fn check(&self) -> Result<(), Self::Refusal>;
    /// The refusal for a queue that closed.
    fn closed(&self) -> Self::Refusal;
    /// The gate it has to pass, and the section it belongs to.
    fn gate(&self) -> Option<(&Arc<GateOf<S>>, Section)>;
    /// The context it belongs to; 0 for none.
    fn context(&self) -> u64;
    /// Runs it.
    fn run(self, session: &mut S) -> Self::Output;
    /// Ends it without running it.
    fn refuse(self, why: Self::Refusal) -> Self::Output;
}

/// A turn that waits.
pub struct QueuedTurn<H: Home, B: Body<H::Session> + 'static> {
    pub(super) slot: TurnSlot<B, B::Output>,
    pub(super) home: Arc<H>,
    /// Where it may stand instead of in the queue.
    pub(super) gate: Option<Arc<GateOf<H::Session>>>,
    pub(super) context: u64,
    /// No task polls it, or the one that does can't go inside: a thread of the runtime must lead.
    pub(super) offload: bool,
    /// Nobody will fetch the outcome.
    pub(super) detached: bool,
}

impl<H: Home, B: Body<H::Session> + 'static> QueuedTurn<H, B> {
    /// A turn that nobody polls; [`submit`] brings it on its way.
    pub fn detached(home: Arc<H>, body: B) -> Arc<Self> {
        let context = body.context();
        let gate = body.gate().map(|(gate, _)| gate.clone());
        Arc::new(Self { slot: TurnSlot::new(body), home, gate, context, offload: true, detached: true })
    }
}

impl<H: Home, B: Body<H::Session> + 'static> Waiter for QueuedTurn<H, B> {
    fn wake(&self) {
        if self.offload || !self.slot.wake() {
            self.home.kick();
        }
    }
}

impl<H: Home, B: Body<H::Session> + 'static> Job<H::Session> for QueuedTurn<H, B> {
    fn run(self: Arc<Self>, session: &mut H::Session) {
        if contain(|| self.advance(session)).is_err() {
            self.slot.lose();
        }
    }

    fn fail(&self) {
        let ended = contain(|| {
            if let Some(body) = self.slot.begin() {
                let why = body.check().err().unwrap_or_else(|| body.closed());
                self.settle(body.refuse(why));
            }
        });
        if ended.is_err() {
            self.slot.lose();
        }
    }

    fn context(&self) -> u64 {
        self.context
    }
}

impl<H: Home, B: Body<H::Session> + 'static> QueuedTurn<H, B> {
    /// Ends it. An output that nobody waits for is dropped here, where it was made, and not with the last reference to the
    /// turn, which may be anybody's.
    fn settle(&self, output: B::Output) {
        drop(self.slot.finish(output));
        if self.detached {
            drop(self.slot.abandon());
        }
    }

    fn advance(self: &Arc<Self>, session: &mut H::Session) {
        while let Some(body) = self.slot.begin() {
            let body = match attempt(body, session) {
                Ok(output) => {
                    self.settle(output);
                    return;
                }
                Err(body) => body,
            };
            // The gate closed while it waited: back to the gate.
            let Some((gate, section)) = body.gate().map(|(gate, section)| (gate.clone(), section)) else { return };
            if let Err(abandoned) = self.slot.put_back(body) {
                drop(abandoned);
                return;
            }
            match gate.park_again(section, self.clone()) {
                Parked::Parked => return,
                Parked::Open(_) | Parked::Closed(_) => {}
            }
        }
    }
}

/// Runs `first`, then a batch of the turns that wait, under one stay inside; then lets go.
#[inline]
pub fn lead<H: Home, R>(
    home: &H,
    mut hold: Hold<'_, dyn Job<H::Session>>,
    first: impl FnOnce(&mut H::Session) -> R,
) -> R {
    let result = home.inside(|session| {
        let result = first(session);
        for _ in 0..BATCH {
            let Some(job) = hold.next() else { break };
            job.run(session);
        }
        result
    });
    let_go(home, hold);
    result
}

/// Lets go, and has the watchdog see to it that those who were woken come.
pub(super) fn let_go<H: Home>(home: &H, hold: Hold<'_, dyn Job<H::Session>>) {
    if hold.release() {
        home.handed_over();
    }
}

/// Leads if the isolate is free and the calling thread may go inside.
pub fn lead_if_free<H: Home>(home: &H) {
    if home.queue().has_waiting()
        && home.may_enter()
        && let Some(hold) = home.queue().lead()
    {
        lead(home, hold, |_| ());
    }
}

/// Runs a turn if that is possible at once: it may run, its gate is open, and the calling thread may go inside a free
/// isolate. The body may borrow what a waiting turn has to own: counting references up and down is a good part of what an
/// uncontended turn costs.
///
/// # Errors
/// The body otherwise, for a [`TurnFuture`](super::turn_future::TurnFuture), which waits or tells why not.
#[inline]
pub fn at_once<H: Home, B: Body<H::Session>>(home: &H, body: B) -> Result<B::Output, B> {
    if body.check().is_err() || !is_admitted(&body) || !home.may_enter() {
        return Err(body);
    }
    match home.queue().try_enter() {
        Ok(hold) => lead(home, hold, |session| attempt(body, session)),
        Err(Busy::Held | Busy::Overtaken | Busy::Closed) => Err(body),
    }
}

/// Puts a turn into the queue; fails it if the queue is closed. Never runs anything on the calling thread.
pub fn submit<H: Home>(home: &H, job: Arc<dyn Job<H::Session>>) {
    match home.queue().submit(job) {
        Submitted::Queued => {}
        // Letting go wakes the head, whose poller (or a thread of the runtime) will lead.
        Submitted::Lead(hold) => let_go(home, hold),
        Submitted::Closed(job) => job.fail(),
    }
}

fn is_admitted<S, B: Body<S>>(body: &B) -> bool {
    body.gate().is_none_or(|(gate, section)| gate.admits(section))
}

/// Runs a turn under the hold, after the second look at liveness and gate; gives it back if the gate is closed.
#[inline]
fn attempt<S, B: Body<S>>(body: B, session: &mut S) -> Result<B::Output, B> {
    // The gate before liveness: a context that ends refuses first and then opens its gate for good, so whoever slips
    // through the gate of a dying context is refused.
    let admitted = is_admitted(&body);
    match body.check() {
        Err(why) => Ok(body.refuse(why)),
        Ok(()) if admitted => Ok(body.run(session)),
        Ok(()) => Err(body),
    }
}
