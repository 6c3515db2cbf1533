//! The futures of a turn: from the first poll to its single outcome.

use super::{
    entry::{Body, Home, Job, QueuedTurn, at_once, lead, let_go},
    gate::Parked,
    sync::Arc,
    turn_queue::Submitted,
    turn_slot::{Abandoned, TurnSlot},
};
use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// The future of one turn.
#[must_use = "futures do nothing unless polled"]
pub struct TurnFuture<H: Home, B: Body<H::Session> + 'static> {
    stage: Stage<H, B>,
}

enum Stage<H: Home, B: Body<H::Session> + 'static> {
    New { home: Arc<H>, offload: bool, body: B },
    Waiting(Waiting<B::Output>),
    Done,
}

// Nothing in the future is pinned: the body is moved out before it runs.
impl<H: Home, B: Body<H::Session> + 'static> Unpin for TurnFuture<H, B> {}

impl<H: Home, B: Body<H::Session> + 'static> TurnFuture<H, B> {
    /// A turn that has not begun to wait.
    pub fn new(home: Arc<H>, body: B) -> Self {
        Self { stage: Stage::New { home, offload: false, body } }
    }

    /// The same, but it runs on a thread of the runtime: the calling thread waits inside another turn.
    pub fn offloaded(home: Arc<H>, body: B) -> Self {
        Self { stage: Stage::New { home, offload: true, body } }
    }
}

impl<H: Home, B: Body<H::Session> + 'static> Future for TurnFuture<H, B> {
    type Output = B::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<B::Output> {
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::New { home, offload, body } => match start(&home, offload, body, cx) {
                Ok(output) => Poll::Ready(output),
                Err(waiting) => {
                    self.stage = Stage::Waiting(waiting);
                    Poll::Pending
                }
            },
            Stage::Waiting(mut waiting) => {
                let outcome = waiting.poll_outcome(cx);
                if outcome.is_pending() {
                    self.stage = Stage::Waiting(waiting);
                }
                outcome
            }
            Stage::Done => panic!("a turn's future was polled after it completed"),
        }
    }
}

/// Runs a turn at once if the isolate is free (unless `offload`); otherwise it begins to wait, with the task of `cx` to be
/// woken.
///
/// # Errors
/// The turn that waits.
pub fn start<H: Home, B: Body<H::Session> + 'static>(
    home: &Arc<H>,
    offload: bool,
    mut body: B,
    cx: &Context<'_>,
) -> Result<B::Output, Waiting<B::Output>> {
    if let Err(why) = body.check() {
        return Ok(body.refuse(why));
    }
    if !offload {
        body = match at_once(&**home, body) {
            Ok(output) => return Ok(output),
            // Somebody is inside, or the gate closed on the way in; a closed queue fails it.
            Err(body) => body,
        };
    }
    wait(home, offload, body, cx)
}

/// Moves the turn into a slot, registers the task, and puts it at the gate or into the queue. The turn may be over before
/// it has begun to wait.
fn wait<H: Home, B: Body<H::Session> + 'static>(
    home: &Arc<H>,
    offload: bool,
    body: B,
    cx: &Context<'_>,
) -> Result<B::Output, Waiting<B::Output>> {
    let gate = body.gate().map(|(gate, section)| (gate.clone(), section));
    let context = body.context();
    let offload = offload || !home.may_enter();
    let turn = Arc::new(QueuedTurn {
        slot: TurnSlot::new(body),
        home: home.clone(),
        gate: gate.as_ref().map(|(gate, _)| gate.clone()),
        context,
        offload,
        detached: false,
    });
    let mut waiting = Waiting { turn: Some(turn.clone()) };
    // The task must be known before anybody else can finish the turn.
    let _ = turn.slot.poll(cx);
    let admitted = match gate {
        Some((gate, section)) if !gate.admits(section) => match gate.park(section, turn.clone()) {
            Parked::Parked => return Err(waiting),
            Parked::Open(_) => true,
            Parked::Closed(_) => {
                turn.fail();
                false
            }
        },
        _ => true,
    };
    if admitted {
        match home.queue().submit(turn) {
            Submitted::Queued => {}
            Submitted::Lead(hold) if !offload => lead(&**home, hold, |_| ()),
            Submitted::Lead(hold) => let_go(&**home, hold),
            Submitted::Closed(back) => back.fail(),
        }
    }
    match waiting.poll_outcome(cx) {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => Err(waiting),
    }
}

/// A turn that waits, or that somebody else runs at this moment; a future of its outcome.
///
/// It says nothing about the turn but its outcome: types that are made of it need no bounds. Dropping it abandons the
/// turn, which then never runs if it has not begun.
#[must_use = "dropping it abandons the turn"]
pub struct Waiting<O> {
    turn: Option<Arc<dyn WaitingTurn<O>>>,
}

impl<O> Waiting<O> {
    fn poll_outcome(&mut self, cx: &Context<'_>) -> Poll<O> {
        let Some(turn) = &self.turn else { panic!("a turn's future was polled after it completed") };
        let outcome = turn.poll_outcome(cx);
        if outcome.is_ready() {
            self.turn = None;
        }
        outcome
    }
}

impl<O> Future for Waiting<O> {
    type Output = O;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<O> {
        self.poll_outcome(cx)
    }
}

impl<O> Drop for Waiting<O> {
    fn drop(&mut self) {
        if let Some(turn) = self.turn.take() {
            turn.give_up();
        }
    }
}

/// A turn in its slot, whatever its types.
trait WaitingTurn<O>: Send + Sync {
    fn poll_outcome(&self, cx: &Context<'_>) -> Poll<O>;
    fn give_up(self: Arc<Self>);
}

impl<H: Home, B: Body<H::Session> + 'static> WaitingTurn<B::Output> for QueuedTurn<H, B> {
    fn poll_outcome(&self, cx: &Context<'_>) -> Poll<B::Output> {
        let outcome = self.slot.poll(cx);
        if outcome.is_ready() || self.offload || !self.home.queue().has_waiting() {
            return outcome;
        }
        if !self.home.may_enter() {
            // Polled where it can't go inside (another thread than before, or inside a turn).
            self.home.kick();
        } else if let Some(hold) = self.home.queue().lead() {
            lead(&*self.home, hold, |_| ());
            return self.slot.poll(cx);
        }
        outcome
    }

    fn give_up(self: Arc<Self>) {
        // Whatever it still holds is dropped here, by the one who gave up; a waiting turn's input only after the turn left
        // the queue: if that drop panicked with the turn at the head, those behind it would never be woken.
        if let Abandoned::Waiting(_body) = self.slot.abandon() {
            let me = self.clone();
            let job: Arc<dyn Job<H::Session>> = self;
            if !me.home.queue().remove(&job)
                && let Some(gate) = &me.gate
            {
                gate.unpark(&job);
            }
        }
    }
}
