//! What an entry promises.
//!
//! Every turn of a context goes through the same steps, in this order; ARCHITECTURE.md has the list with the test of each:
//!
//! 1. liveness (and cancellation) is checked before it queues;
//! 2. the input gate lets it in;
//! 3. it waits for the isolate, and liveness and gate are checked again under the hold;
//! 4. V8's lock is taken and the isolate entered;
//! 5. the turn becomes current: its record is written, and a termination requested of its event is applied;
//! 6. deferred drops are done, and state that V8 carries from turn to turn is reset;
//! 7. the body runs, panics caught;
//! 8. microtasks of the context's group run, unless the turn is being terminated; unhandled rejections are reported;
//! 9. the record is closed: a termination is taken back, limits are restored; a batch of the isolate's foreground tasks
//!    runs in a stay of its own with no JS on the stack;
//! 10. the isolate is exited, V8's lock let go, and the next turn woken.

use super::{
    context::ContextInner,
    context_parts::make_context,
    core::{IsolateState, Session},
    error::RunError,
    group::GroupInner,
    heap_limit::HeapLimit,
    housekeeping::{after, delete_doomed},
    lock::Lock,
    rejection,
    report::panic_message,
    state::{self, TurnState},
};
use crate::protocol::{
    entry::{Body, GateOf},
    event::{EventId, EventState},
    gate::{OUTSIDE, Section},
    termination::Request,
    turn_record::{Kind, TurnRecord},
};
use crate::v8;
use std::{
    borrow::Borrow,
    marker::PhantomData,
    panic::{AssertUnwindSafe, Location, catch_unwind},
    pin::pin,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

/// Where a turn comes from.
pub(crate) struct Entry {
    kind: Kind,
    event: Option<Arc<EventState>>,
    at: &'static Location<'static>,
    function: Option<&'static str>,
    /// It runs although its event was cancelled: it tells JS so.
    last_word: bool,
    #[cfg(feature = "tracing")]
    span: Option<Box<tracing::Span>>,
}

impl Entry {
    pub(crate) fn new(kind: Kind, event: Option<Arc<EventState>>, at: &'static Location<'static>) -> Self {
        Self {
            kind,
            event,
            at,
            function: None,
            last_word: false,
            #[cfg(feature = "tracing")]
            span: traced().then(|| Box::new(tracing::Span::current())),
        }
    }

    /// Where it was asked for.
    pub(crate) fn at(&self) -> &'static Location<'static> {
        self.at
    }

    /// The turn in which an asynchronous host function settles its promise.
    pub(crate) fn settlement(event: &Arc<EventState>, function: &'static str) -> Self {
        let at = event.began();
        Self { function: Some(function), last_word: true, ..Self::new(Kind::Resume, Some(event.clone()), at) }
    }
}

/// One turn of a context.
/// `K` keeps the context, or borrows it for a turn that doesn't wait.
pub(crate) struct TurnBody<K, F, R> {
    context: K,
    entry: Entry,
    f: F,
    /// It makes the context first.
    makes: bool,
    result: PhantomData<fn() -> R>,
}

impl<K, F, R> TurnBody<K, F, R>
where
    K: Borrow<Arc<ContextInner>>,
    F: for<'a, 's> FnOnce(&'a mut Lock<'s>) -> R + Send + 'static,
    R: Send + 'static,
{
    pub(crate) fn new(context: K, entry: Entry, f: F) -> Self {
        Self { context, entry, f, makes: false, result: PhantomData }
    }

    /// The first turn of a context, which makes it.
    pub(crate) fn first(context: K, entry: Entry, f: F) -> Self {
        Self { context, entry, f, makes: true, result: PhantomData }
    }

    /// The same turn, for waiting.
    pub(crate) fn owned(self) -> TurnBody<Arc<ContextInner>, F, R> {
        let Self { context, entry, f, makes, result } = self;
        TurnBody { context: context.borrow().clone(), entry, f, makes, result }
    }

    fn inner(&self) -> &Arc<ContextInner> {
        self.context.borrow()
    }
}

impl<K, F, R> Body<Session> for TurnBody<K, F, R>
where
    K: Borrow<Arc<ContextInner>> + Send,
    F: for<'a, 's> FnOnce(&'a mut Lock<'s>) -> R + Send + 'static,
    R: Send + 'static,
{
    type Output = Result<R, RunError>;
    type Refusal = RunError;

    fn check(&self) -> Result<(), RunError> {
        self.inner().check()?;
        match &self.entry.event {
            Some(event) if event.is_cancelled() && !self.entry.last_word => Err(ended(event)),
            _ => Ok(()),
        }
    }

    fn closed(&self) -> RunError {
        // The queue closes after liveness ended, so a closed queue has an obituary.
        self.inner().check().and_then(|()| self.inner().core.gone()).err().unwrap_or(RunError::PromiseLost)
    }

    fn gate(&self) -> Option<(&Arc<GateOf<Session>>, Section)> {
        let section = self.entry.event.as_ref().map_or(OUTSIDE, |event| event.section());
        Some((&self.inner().gate, section))
    }

    fn context(&self) -> u64 {
        self.inner().id
    }

    fn run(self, session: &mut Session) -> Self::Output {
        if self.makes {
            make_context(session, self.inner())?;
        }
        run(session, self.context.borrow(), self.entry, self.f)
    }

    fn refuse(self, why: RunError) -> Self::Output {
        Err(why)
    }
}

fn ended(event: &EventState) -> RunError {
    match event.terminated() {
        Some(request) => RunError::Terminated(request),
        None => RunError::Cancelled { began: event.began() },
    }
}

/// Writes the record of a turn that begins, and gives the number of its event: a new one if it has none yet.
pub(crate) fn begin(
    session: &Session,
    kind: Kind,
    context: u64,
    event: Option<EventId>,
    entry: (&'static Location<'static>, Option<&'static str>),
) -> EventId {
    begin_limited(session, kind, context, event, entry, session.core().options.turn_limit)
}

/// The same with a limit of its own.
pub(crate) fn begin_limited(
    session: &Session,
    kind: Kind,
    context: u64,
    event: Option<EventId>,
    entry: (&'static Location<'static>, Option<&'static str>),
    limit: Option<Duration>,
) -> EventId {
    let core = session.core();
    // SAFETY: this thread holds the isolate, and the reference ends here.
    let state: &mut IsolateState = unsafe { core.state.get_mut() };
    state.turns += 1;
    core.counters.turns.store(state.turns, Ordering::Relaxed);
    // Under the hold the turns are counted anyway. Odd numbers: even ones are taken where nobody holds the isolate.
    let event = event.unwrap_or(state.turns * 2 + 1);
    let began = limit.map(|_| Instant::now());
    core.termination.begin(TurnRecord {
        isolate: core.id,
        turn: state.turns,
        kind,
        context,
        event,
        entered: entry.0,
        function: entry.1,
        thread: state::thread_id(),
        began,
        deadline: began.zip(limit).map(|(began, limit)| began + limit),
    });
    if began.is_some() {
        super::watchdog::get().note();
    }
    event
}

/// Closes the record of the turn. No scope may be open.
pub(crate) fn end(session: &mut Session) -> Option<Request> {
    let request = session.core().termination.end();
    // Nobody asked, and V8 is terminating all the same: the body reached for the raw crate. The next turn is innocent.
    if request.is_none() && session.isolate().is_execution_terminating() {
        session.isolate().cancel_terminate_execution();
    }
    HeapLimit::restore(session);
    request
}

/// Whether anybody may want the span of a turn. Asked first: making a span that nobody wants shows in a turn.
#[cfg(feature = "tracing")]
fn traced() -> bool {
    tracing::level_filters::LevelFilter::current() >= tracing::Level::INFO
}

/// Steps 5 to 9.
fn run<R>(
    session: &mut Session,
    context: &Arc<ContextInner>,
    entry: Entry,
    f: impl for<'a, 's> FnOnce(&'a mut Lock<'s>) -> R,
) -> Result<R, RunError> {
    let core = session.core();
    #[cfg(feature = "tracing")]
    let _span = traced().then(|| {
        tracing::info_span!(
            parent: entry.span.as_ref().and_then(|span| span.id()), "turn", isolate = core.id, context = context.id, kind = ?entry.kind, at = %entry.at
        )
        .entered()
    });
    let Entry { kind, event, at, function, last_word, .. } = entry;
    let (result, killed_before) = {
        let event_id = begin(session, kind, context.id, event.as_ref().map(|event| event.id()), (at, function));
        // A request that came before the record was written found no turn to end; it left its mark on the event.
        if let Some(event) = event.as_ref().filter(|event| event.is_cancelled() && !last_word) {
            end(session);
            return Err(ended(event));
        }
        let state = TurnState::new(core, Some(context), event, event_id, at);
        let _current = state.enter();
        delete_doomed(session);
        let killed = &core.termination;
        let done = with_scope(session, context, &state, |lock| {
            let result = catch_unwind(AssertUnwindSafe(|| f(lock)));
            let killed_before = killed.is_killed();
            if !killed_before {
                checkpoint(lock, &context.group);
                rejection::report(lock);
            }
            (result, killed_before)
        });
        let Some(done) = done else {
            end(session);
            return Err(context.check().err().unwrap_or(RunError::PromiseLost));
        };
        delete_doomed(session);
        done
    };
    let request = end(session);
    after(session, &context.group, request, killed_before);
    match (result, request) {
        // A body that panicked is told so even if it was also asked to end.
        (Err(payload), _) => Err(RunError::Panicked { message: panic_message(&*payload).into(), at }),
        (Ok(_), Some(request)) => Err(RunError::Terminated(request)),
        (Ok(value), None) => Ok(value),
    }
}

/// Opens the scopes and makes the `Lock`. `None` if the context has no V8 part (any more).
fn with_scope<R>(
    session: &mut Session,
    context: &Arc<ContextInner>,
    state: &TurnState,
    f: impl FnOnce(&mut Lock<'_>) -> R,
) -> Option<R> {
    // SAFETY: this thread holds the isolate; the global is replaced only by turns that make or end the context.
    let global = unsafe { context.v8.get() }.as_ref()?;
    let scope = pin!(v8::HandleScope::new(session.isolate()));
    let mut scope = scope.init();
    let local = v8::Local::new(&scope, global);
    let scope = &mut v8::ContextScope::new(&mut scope, local);
    reset_carried(scope);
    let result = f(&mut Lock::new(scope, state, context));
    reset_carried(scope);
    Some(result)
}

/// Continuation-preserved data is isolate-wide and survives turns; the next one may belong to somebody else.
fn reset_carried(scope: &mut v8::PinScope<'_, '_>) {
    let undefined = v8::undefined(scope).into();
    scope.set_continuation_preserved_embedder_data(undefined);
}

/// The same before a task of V8's, which runs in no context of ours: V8 wants some context to be entered for it.
pub(crate) fn reset_carried_outside(session: &mut Session) {
    // SAFETY: this thread holds the isolate and no JS runs; the clone ends the borrow of the table.
    let context = unsafe { session.core().state.get() }.contexts.values().next().cloned();
    // SAFETY: as above; contexts are made and ended only at the edge of a turn.
    let Some(global) = context.as_ref().and_then(|context| unsafe { context.v8.get() }.as_ref()) else { return };
    let scope = pin!(v8::HandleScope::new(session.isolate()));
    let mut scope = scope.init();
    let local = v8::Local::new(&scope, global);
    reset_carried(&mut v8::ContextScope::new(&mut scope, local));
}

/// Runs the microtasks of a group.
fn checkpoint(lock: &mut Lock<'_>, group: &GroupInner) {
    // SAFETY: this thread holds the isolate, and the parts are replaced only where no JS runs (making and ending contexts).
    if let Some(parts) = unsafe { group.v8.get() }.parts.as_ref() {
        parts.microtasks.perform_checkpoint(lock.scope_mut());
    }
}
