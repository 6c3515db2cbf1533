//! Turns that nobody waits for, and what becomes of their failures.

use super::{
    context::ContextInner,
    core::Session,
    error::RunError,
    lock::Lock,
    report::Report,
    turn::{Entry, TurnBody},
};
use crate::protocol::{
    entry::{Body, GateOf, QueuedTurn, submit},
    gate::Section,
};
use std::{error::Error, panic::Location, sync::Arc};

/// What a body that nobody waits for (a timer's, a finalizer's) may return: nothing, or a `Result` whose error is reported as
/// [`Report::Failed`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the result of a body that nobody waits for",
    label = "neither `()` nor a `Result<(), E>` with a `std::error::Error`",
    note = "a timer or a finalizer has nobody to give a result to: end the body with `;`, or send the result somewhere"
)]
pub trait IntoReport {
    /// What went wrong, if anything did.
    fn failure(self) -> Option<String>;
}

impl IntoReport for () {
    fn failure(self) -> Option<String> {
        None
    }
}

impl<E: Error> IntoReport for Result<(), E> {
    fn failure(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

/// A body that runs once, with its captures. Gives what went wrong.
pub(crate) type Once = Box<dyn FnOnce(&mut Lock<'_>) -> Option<String> + Send>;
/// A body that runs often, with its captures.
pub(crate) type Often = Box<dyn Fn(&mut Lock<'_>) -> Option<String> + Send>;

/// Submits a turn of `context` that nobody waits for; `then` hears its outcome where it ended.
pub(crate) fn submit_turn<R: Send + 'static>(
    context: &Arc<ContextInner>,
    entry: Entry,
    f: impl for<'a, 's> FnOnce(&'a mut Lock<'s>) -> R + Send + 'static,
    then: impl FnOnce(Result<R, RunError>) + Send + 'static,
) {
    let core = context.core.clone();
    let turn = Observed { body: TurnBody::new(context.clone(), entry, f), then };
    submit(&*core.clone(), QueuedTurn::detached(core, turn));
}

/// Tells the reporter of a body's failure. That a context has ended or an event was cancelled is none.
pub(crate) fn report(
    context: &ContextInner,
    what: &'static str,
    made: &'static Location<'static>,
    outcome: &Result<Option<String>, RunError>,
) {
    let core = &context.core;
    let report = match outcome {
        Ok(None) | Err(RunError::Gone(_) | RunError::Cancelled { .. }) => return,
        Ok(Some(message)) => {
            let message = message.clone();
            Report::Failed { isolate: core.id, context: context.id, what, made, message }
        }
        Err(RunError::Panicked { message, .. }) => {
            Report::Panicked { isolate: core.id, message: message.as_ref().to_owned() }
        }
        Err(error) => Report::Failed { isolate: core.id, context: context.id, what, made, message: error.to_string() },
    };
    core.tell(&report);
}

/// A turn whose outcome `then` takes.
struct Observed<B, F> {
    body: B,
    then: F,
}

impl<B, F> Body<Session> for Observed<B, F>
where
    B: Body<Session>,
    F: FnOnce(B::Output) + Send,
{
    type Output = ();
    type Refusal = B::Refusal;

    fn check(&self) -> Result<(), B::Refusal> {
        self.body.check()
    }

    fn closed(&self) -> B::Refusal {
        self.body.closed()
    }

    fn gate(&self) -> Option<(&Arc<GateOf<Session>>, Section)> {
        self.body.gate()
    }

    fn context(&self) -> u64 {
        self.body.context()
    }

    fn run(self, session: &mut Session) {
        (self.then)(self.body.run(session));
    }

    fn refuse(self, why: B::Refusal) {
        (self.then)(self.body.refuse(why));
    }
}
