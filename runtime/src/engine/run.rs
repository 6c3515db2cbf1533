//! The futures that entries return.
//!
//! They have names, and their types ask for nothing: where a capture or a result isn't [`Portable`], rustc says so once,
//! at the entry. An `impl Future` repeats its bounds at the call and at the `.await`, and rustc its complaint with them.
//! What an entry knows of its types goes along as a function pointer instead.

use super::{
    context::ContextInner,
    core::IsolateCore,
    error::RunError,
    io_context::IoContext,
    lock::Lock,
    portable::Portable,
    state,
    turn::{Entry, TurnBody},
};
use crate::protocol::{
    entry::at_once,
    turn_future::{self, Waiting},
};
use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// The body of a turn: it mentions nothing but its parameters.
pub(crate) type TurnFn<C, R> = for<'a, 's> fn(&'a mut Lock<'s>, C) -> R;

/// What a turn keeps alive while it waits.
pub(crate) enum Keep {
    /// The context.
    Context(IoContext),
    /// Its record.
    Record(Arc<ContextInner>),
}

impl Keep {
    pub(crate) fn inner(&self) -> &Arc<ContextInner> {
        match self {
            Self::Context(context) => context.inner(),
            Self::Record(inner) => inner,
        }
    }
}

/// The future of one turn; made by [`IoContext::run`], [`WeakIoContext::run`](super::WeakIoContext::run) and
/// [`Event::run`](super::Event::run).
///
/// It runs the turn on the thread that polls it if the isolate is free. Dropped before the turn has begun, the turn never
/// runs.
#[must_use = "the turn runs when its future is polled"]
pub struct Run<C, R> {
    stage: Stage<C, R>,
    /// [`Self::begin`], from where `C` and `R` are known to be portable.
    begin: fn(Start<C, R>, &mut Context<'_>) -> Step<R>,
}

/// How far it has come. The turn stands before what it keeps: fields are dropped in order.
#[allow(clippy::large_enum_variant, reason = "a turn that need not wait is moved once and never allocated")]
enum Stage<C, R> {
    Refused(RunError),
    New(Start<C, R>),
    Waiting(Waiting<Result<R, RunError>>, #[expect(dead_code, reason = "keeps the context")] Keep),
    Done,
}

struct Start<C, R> {
    captures: C,
    turn: TurnFn<C, R>,
    entry: Entry,
    keep: Keep,
}

/// What became of a turn that was polled for the first time.
enum Step<R> {
    Over(Result<R, RunError>),
    Waits(Waiting<Result<R, RunError>>, Keep),
}

// SAFETY: only `Run::new` makes one, and there captures and result are `Portable`, which implies `Send`.
unsafe impl<C, R> Send for Run<C, R> {}

// Nothing in it is pinned: captures are moved out before they are used.
impl<C, R> Unpin for Run<C, R> {}

impl<C: Portable, R: Portable> Run<C, R> {
    /// A turn that `entry` describes, unless it was refused where the call was made.
    pub(crate) fn new(
        keep: Keep,
        refused: Result<(), RunError>,
        entry: Entry,
        captures: C,
        turn: TurnFn<C, R>,
    ) -> Self {
        let stage = match refused {
            Ok(()) => Stage::New(Start { captures, turn, entry, keep }),
            Err(refused) => Stage::Refused(refused),
        };
        Self { stage, begin: Self::begin }
    }

    /// What was refused before it was known where the turn would run.
    pub(crate) fn refused(why: RunError) -> Self {
        Self { stage: Stage::Refused(why), begin: Self::begin }
    }

    fn begin(start: Start<C, R>, cx: &mut Context<'_>) -> Step<R> {
        let Start { captures, turn, entry, keep } = start;
        if let Some(entered) = state::entered() {
            return Step::Over(Err(RunError::Reentrant { entered, at: entry.at() }));
        }
        let waiting = {
            let inner = keep.inner();
            let core: &Arc<IsolateCore> = &inner.core;
            let body = TurnBody::new(inner, entry, move |lock: &mut Lock<'_>| turn(lock, captures));
            match at_once(&**core, body) {
                Ok(result) => return Step::Over(result),
                Err(body) => turn_future::start(core, false, body.owned(), cx),
            }
        };
        match waiting {
            Ok(result) => Step::Over(result),
            Err(waiting) => Step::Waits(waiting, keep),
        }
    }
}

impl<C, R> Future for Run<C, R> {
    type Output = Result<R, RunError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Stage::Waiting(waiting, _) = &mut self.stage {
            let outcome = Pin::new(waiting).poll(cx);
            if outcome.is_ready() {
                self.stage = Stage::Done;
            }
            return outcome;
        }
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::New(start) => match (self.begin)(start, cx) {
                Step::Over(result) => Poll::Ready(result),
                Step::Waits(waiting, keep) => {
                    self.stage = Stage::Waiting(waiting, keep);
                    Poll::Pending
                }
            },
            Stage::Refused(refused) => Poll::Ready(Err(refused)),
            Stage::Waiting(..) | Stage::Done => panic!("a turn's future was polled after it completed"),
        }
    }
}

impl<C, R> fmt::Debug for Run<C, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match self.stage {
            Stage::Refused(_) => "refused",
            Stage::New(_) => "new",
            Stage::Waiting(..) => "waiting",
            Stage::Done => "done",
        };
        f.debug_struct("Run").field("stage", &stage).finish_non_exhaustive()
    }
}

/// The future of one turn that can fail; made by [`IoContext::try_run`], [`WeakIoContext::try_run`](super::WeakIoContext::try_run)
/// and [`Event::try_run`](super::Event::try_run). See [`Run`].
#[must_use = "the turn runs when its future is polled"]
pub struct TryRun<C, R, E> {
    run: Run<C, Result<R, E>>,
    error: fn(RunError) -> E,
}

impl<C, R, E: From<RunError>> TryRun<C, R, E> {
    pub(crate) fn new(run: Run<C, Result<R, E>>) -> Self {
        Self { run, error: E::from }
    }
}

impl<C, R, E> Future for TryRun<C, R, E> {
    type Output = Result<R, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let error = self.error;
        Pin::new(&mut self.run).poll(cx).map(|result| result.unwrap_or_else(|refused| Err(error(refused))))
    }
}

impl<C, R, E> fmt::Debug for TryRun<C, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TryRun").field(&self.run).finish()
    }
}

/// The future of what takes more than one turn: a script and the promise that it gave, an asynchronous body, a critical
/// section. Dropping it cancels what it waits for.
#[must_use = "futures do nothing unless polled"]
pub struct Pending<T>(Pin<Box<dyn Future<Output = T> + Send>>);

impl<T> Pending<T> {
    pub(crate) fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Box::pin(future))
    }
}

impl<T> Future for Pending<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        self.0.as_mut().poll(cx)
    }
}

impl<T> fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}
