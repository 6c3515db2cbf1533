//! One turn's way from "waiting" to its single outcome.
//!
//! The future that asked for the turn and the thread that runs it share a slot. Whatever happens (run by its own poller,
//! run by another holder, failed because its context died, abandoned while it waits, abandoned while it runs), the input
//! is taken at most once and the output is delivered at most once.

use super::sync::{Mutex, lock};
use std::task::{Context, Poll, Waker};

/// The slot.
pub struct TurnSlot<I, O> {
    inner: Mutex<Inner<I, O>>,
}

struct Inner<I, O> {
    stage: Stage<I, O>,
    waker: Option<Waker>,
}

enum Stage<I, O> {
    Waiting(I),
    Running {
        abandoned: bool,
    },
    Done(O),
    Spent,
    /// The outcome went with a panic, and its future doesn't know yet.
    Lost,
}

/// What an abandoned slot still held; dropped by the caller, outside the slot's mutex.
pub enum Abandoned<I, O> {
    /// It had not begun.
    Waiting(I),
    /// It is running elsewhere; its output will be given back to whoever runs it.
    Running,
    /// It had ended and nobody had looked.
    Done(O),
    /// Nothing was left.
    Spent,
}

impl<I, O> TurnSlot<I, O> {
    /// A slot whose turn waits with `input`.
    pub fn new(input: I) -> Self {
        Self { inner: Mutex::new(Inner { stage: Stage::Waiting(input), waker: None }) }
    }

    /// Takes the input to run (or to fail) the turn. `None` if somebody was faster or it was abandoned.
    pub fn begin(&self) -> Option<I> {
        let mut inner = lock(&self.inner);
        match std::mem::replace(&mut inner.stage, Stage::Running { abandoned: false }) {
            Stage::Waiting(input) => Some(input),
            other => {
                inner.stage = other;
                None
            }
        }
    }

    /// The turn can't run yet after all (its gate closed): it waits again. Gives the input back if the slot was abandoned
    /// in the meantime.
    pub fn put_back(&self, input: I) -> Result<(), I> {
        let mut inner = lock(&self.inner);
        match inner.stage {
            Stage::Running { abandoned: false } => {
                inner.stage = Stage::Waiting(input);
                Ok(())
            }
            _ => {
                inner.stage = Stage::Spent;
                Err(input)
            }
        }
    }

    /// Ends the turn. Gives the output back if the slot was abandoned while it ran.
    pub fn finish(&self, output: O) -> Result<(), O> {
        let mut inner = lock(&self.inner);
        match inner.stage {
            Stage::Running { abandoned: false } => {
                inner.stage = Stage::Done(output);
                let waker = inner.waker.take();
                drop(inner);
                if let Some(waker) = waker {
                    waker.wake();
                }
                Ok(())
            }
            _ => {
                inner.stage = Stage::Spent;
                Err(output)
            }
        }
    }

    /// A panic came over whoever took the input. If that was before the outcome, the outcome is lost: the future is woken,
    /// and panics instead of waiting for ever.
    pub fn lose(&self) {
        let mut inner = lock(&self.inner);
        let Stage::Running { abandoned } = inner.stage else { return };
        inner.stage = if abandoned { Stage::Spent } else { Stage::Lost };
        let waker = inner.waker.take();
        drop(inner);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Takes the output if there is one, and registers the task to be woken otherwise.
    ///
    /// # Panics
    /// If the output was taken before (a future was polled after it completed) or lost ([`Self::lose`]).
    pub fn poll(&self, cx: &Context<'_>) -> Poll<O> {
        let mut inner = lock(&self.inner);
        match std::mem::replace(&mut inner.stage, Stage::Spent) {
            Stage::Done(output) => Poll::Ready(output),
            Stage::Spent => panic!("a turn's future was polled after it completed"),
            Stage::Lost => panic!("a turn's outcome was lost: dropping its captures panicked"),
            stage => {
                inner.stage = stage;
                let known = inner.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker()));
                let former = if known { None } else { inner.waker.replace(cx.waker().clone()) };
                drop(inner);
                // The last reference to a task, perhaps; its drop must not find the mutex locked.
                drop(former);
                Poll::Pending
            }
        }
    }

    /// Wakes the registered task without changing anything. `false` if no task is registered.
    pub fn wake(&self) -> bool {
        let waker = lock(&self.inner).waker.clone();
        waker.map(Waker::wake).is_some()
    }

    /// Nobody wants the outcome any more.
    pub fn abandon(&self) -> Abandoned<I, O> {
        let mut inner = lock(&self.inner);
        let waker = inner.waker.take();
        let left = match std::mem::replace(&mut inner.stage, Stage::Spent) {
            Stage::Waiting(input) => Abandoned::Waiting(input),
            Stage::Done(output) => Abandoned::Done(output),
            Stage::Spent | Stage::Lost => Abandoned::Spent,
            Stage::Running { .. } => {
                inner.stage = Stage::Running { abandoned: true };
                Abandoned::Running
            }
        };
        drop(inner);
        drop(waker);
        left
    }
}
