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
    core::{Doomed, IsolateState, Session},
    error::RunError,
    group::{GroupInner, GroupParts},
    heap_limit::HeapLimit,
    lock::Lock,
    rejection,
    report::{Report, panic_message},
    state::TurnState,
};
use crate::protocol::{
    entry::{Body, GateOf},
    event::EventState,
    gate::{OUTSIDE, Section},
    liveness::Why,
    termination::Request,
    turn_record::{Kind, TurnRecord},
};
use crate::v8;
use std::{
    marker::PhantomData,
    panic::{AssertUnwindSafe, Location, catch_unwind},
    pin::pin,
    sync::{Arc, atomic::Ordering},
    thread,
    time::Instant,
};

/// How many foreground tasks run after a turn. Some tasks post themselves again, so "until there are none" may never end.
const TASK_BATCH: usize = 16;

/// Where a turn comes from.
pub(crate) struct Entry {
    kind: Kind,
    event: Option<Arc<EventState>>,
    at: &'static Location<'static>,
    function: Option<&'static str>,
    /// It runs although its event was cancelled: it tells JS so.
    last_word: bool,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
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
            span: tracing::Span::current(),
        }
    }

    /// The turn in which an asynchronous host function settles its promise.
    pub(crate) fn settlement(event: &Arc<EventState>, function: &'static str) -> Self {
        let at = event.began();
        Self { function: Some(function), last_word: true, ..Self::new(Kind::Resume, Some(event.clone()), at) }
    }
}

/// One turn of a context.
pub(crate) struct TurnBody<F, R> {
    context: Arc<ContextInner>,
    entry: Entry,
    f: F,
    /// It makes the context first.
    makes: bool,
    result: PhantomData<fn() -> R>,
}

impl<F, R> TurnBody<F, R>
where
    F: for<'a, 's> FnOnce(&'a mut Lock<'s>) -> R + Send + 'static,
    R: Send + 'static,
{
    pub(crate) fn new(context: Arc<ContextInner>, entry: Entry, f: F) -> Self {
        Self { context, entry, f, makes: false, result: PhantomData }
    }

    /// The first turn of a context, which makes it.
    pub(crate) fn first(context: Arc<ContextInner>, entry: Entry, f: F) -> Self {
        Self { context, entry, f, makes: true, result: PhantomData }
    }
}

impl<F, R> Body<Session> for TurnBody<F, R>
where
    F: for<'a, 's> FnOnce(&'a mut Lock<'s>) -> R + Send + 'static,
    R: Send + 'static,
{
    type Output = Result<R, RunError>;
    type Refusal = RunError;

    fn check(&self) -> Result<(), RunError> {
        self.context.check()?;
        match &self.entry.event {
            Some(event) if event.is_cancelled() && !self.entry.last_word => Err(ended(event)),
            _ => Ok(()),
        }
    }

    fn closed(&self) -> RunError {
        // The queue closes after liveness ended, so a closed queue has an obituary.
        self.context.check().and_then(|()| self.context.core.gone()).err().unwrap_or(RunError::PromiseLost)
    }

    fn gate(&self) -> Option<(&Arc<GateOf<Session>>, Section)> {
        let section = self.entry.event.as_ref().map_or(OUTSIDE, |event| event.section());
        Some((&self.context.gate, section))
    }

    fn context(&self) -> u64 {
        self.context.id
    }

    fn run(self, session: &mut Session) -> Self::Output {
        if self.makes {
            make_context(session, &self.context)?;
        }
        run(session, &self.context, self.entry, self.f)
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

/// Writes the record of a turn that begins.
fn begin(
    session: &Session,
    kind: Kind,
    context: u64,
    event: u64,
    entry: (&'static Location<'static>, Option<&'static str>),
) {
    let core = session.core();
    // SAFETY: this thread holds the isolate, and the reference ends here.
    let state: &mut IsolateState = unsafe { core.state.get_mut() };
    state.turns += 1;
    core.counters.turns.store(state.turns, Ordering::Relaxed);
    let began = core.options.turn_limit.map(|_| Instant::now());
    core.termination.begin(TurnRecord {
        isolate: core.id,
        turn: state.turns,
        kind,
        context,
        event,
        entered: entry.0,
        function: entry.1,
        thread: thread::current().id(),
        began,
        deadline: began.zip(core.options.turn_limit).map(|(began, limit)| began + limit),
    });
    if began.is_some() {
        super::watchdog::get().note();
    }
}

/// Closes the record of the turn. No scope may be open.
fn end(session: &mut Session) -> Option<Request> {
    let request = session.core().termination.end();
    // Nobody asked, and V8 is terminating all the same: the body reached for the raw crate. The next turn is innocent.
    if request.is_none() && session.isolate().is_execution_terminating() {
        session.isolate().cancel_terminate_execution();
    }
    HeapLimit::restore(session);
    request
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
    let _span = tracing::info_span!(
        parent: &entry.span, "turn", isolate = core.id, context = context.id, kind = ?entry.kind, at = %entry.at
    )
    .entered();
    let Entry { kind, event, at, function, last_word, .. } = entry;
    let event_id = event.as_ref().map_or_else(|| core.next_event(), |event| event.id());
    let (result, killed_before) = {
        begin(session, kind, context.id, event_id, (at, function));
        // A request that came before the record was written found no turn to end; it left its mark on the event.
        if let Some(event) = event.as_ref().filter(|event| event.is_cancelled() && !last_word) {
            end(session);
            return Err(ended(event));
        }
        let state = TurnState::new(core, Some(context.clone()), event, event_id, at);
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
fn reset_carried_outside(session: &mut Session) {
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

/// What follows a turn, still under its hold.
fn after(session: &mut Session, group: &Arc<GroupInner>, request: Option<Request>, killed_before: bool) {
    if let Some(request) = request {
        if killed_before {
            // Its microtasks were left in the queue. They run now, on a record of their own.
            stay(session, std::slice::from_ref(group), 0);
        } else {
            lost_reactions(session, group, request);
        }
    }
    if session.core().has_tasks() {
        tasks(session);
    }
}

/// A termination in a checkpoint empties the group's queue: whoever follows a promise of the group might wait for ever.
fn lost_reactions(session: &Session, group: &GroupInner, request: Request) {
    // SAFETY: this thread holds the isolate, no JS runs, and followers only wake tasks.
    let state = unsafe { session.core().state.get() };
    state.functions.abort(group.id, &RunError::Terminated(request));
}

/// Runs a batch of the isolate's foreground tasks, and the microtasks that they may have queued in any group.
fn tasks(session: &mut Session) {
    // SAFETY: this thread holds the isolate, and the clone ends the borrow before JS runs.
    let groups = unsafe { session.core().state.get() }.groups.clone();
    stay(session, &groups, TASK_BATCH);
    if session.core().has_tasks() {
        session.core().request_housekeeping();
    }
}

/// A stay of the runtime's own: foreground tasks and checkpoints, with a record and limits like a turn's.
fn stay(session: &mut Session, groups: &[Arc<GroupInner>], batch: usize) {
    let core = session.core();
    let here = Location::caller();
    begin(session, Kind::Housekeeping, 0, 0, (here, None));
    let state = TurnState::new(core, None, None, 0, here);
    let mut queue_of_request = None;
    {
        let _current = state.enter();
        for _ in 0..batch {
            let Some(task) = core.tasks.get().and_then(|tasks| tasks.pop()) else { break };
            reset_carried_outside(session);
            // V8's tasks expect a locked and entered isolate, no JS on the stack, and scopes of their own.
            task.run();
        }
        for group in groups {
            if core.termination.is_killed() {
                break;
            }
            // SAFETY: this thread holds the isolate; see `checkpoint`.
            if let Some(parts) = unsafe { group.v8.get() }.parts.as_ref() {
                parts.microtasks.perform_checkpoint(session.isolate());
            }
            if core.termination.is_killed() {
                queue_of_request = Some(group.clone());
            }
        }
        if !core.termination.is_killed() {
            rejection::report_outside(session, &state);
        }
        delete_doomed(session);
    }
    if let (Some(request), Some(group)) = (end(session), queue_of_request) {
        lost_reactions(session, &group, request);
    }
}

/// The runtime's own turn: what an idle isolate has left to do.
pub(crate) fn housekeeping(session: &mut Session) {
    // SAFETY: this thread holds the isolate, and the clone ends the borrow before JS runs.
    let groups = unsafe { session.core().state.get() }.groups.clone();
    stay(session, &groups, TASK_BATCH);
    if session.core().has_tasks() || !session.core().deletes.is_empty() {
        session.core().request_housekeeping();
    }
}

/// The isolate's last turn: whatever belongs to it is dropped here, under its lock.
pub(crate) fn last(session: &mut Session) {
    let core = session.core();
    let why = core.liveness.check().err();
    // SAFETY: this thread holds the isolate, and nothing below runs JS.
    let contexts: Vec<_> = unsafe { core.state.get_mut() }.contexts.values().cloned().collect();
    for context in contexts {
        if let Some(obituary) = why {
            context.end(Why::IsolateShutDown, obituary.at);
        }
        end_context(session, &context);
    }
    for doomed in core.deletes.close() {
        delete(session, doomed);
    }
    // SAFETY: as above. The borrow ends before the rejections are dropped.
    let rejections = std::mem::take(&mut unsafe { core.state.get_mut() }.rejections);
    drop(rejections);
}

/// Drops what was dropped elsewhere.
fn delete_doomed(session: &Session) {
    for doomed in session.core().deletes.drain() {
        let done = catch_unwind(AssertUnwindSafe(|| delete(session, doomed)));
        if let Err(payload) = done {
            let core = session.core();
            let report = Report::Panicked { isolate: core.id, message: panic_message(&*payload) };
            (core.runtime.reporter)(&report);
        }
    }
}

fn delete(session: &Session, doomed: Doomed) {
    match doomed {
        Doomed::Root(global) => {
            drop(global);
            session.core().counters.roots.fetch_sub(1, Ordering::Relaxed);
        }
        Doomed::Context(context) => end_context(session, &context),
        Doomed::Function(id) => {
            // SAFETY: this thread holds the isolate and is at the edge of a turn: no function is being called. The borrow
            // ends before what was removed is dropped.
            let removed = unsafe { session.core().state.get_mut() }.functions.remove(id);
            drop(removed);
        }
    }
}

/// Makes the V8 part of a context.
fn make_context(session: &mut Session, context: &Arc<ContextInner>) -> Result<(), RunError> {
    let core = session.core();
    begin(session, Kind::Housekeeping, context.id, 0, (context.root.began(), None));
    let made = make(session, context);
    let request = end(session);
    // SAFETY: this thread holds the isolate and no JS runs.
    let state = unsafe { core.state.get_mut() };
    // SAFETY: as above.
    unsafe { context.v8.get_mut() }.replace(made);
    state.contexts.insert(context.id, context.clone());
    if !state.groups.iter().any(|group| Arc::ptr_eq(group, &context.group)) {
        state.groups.push(context.group.clone());
    }
    core.counters.contexts.fetch_add(1, Ordering::Relaxed);
    if let Some(request) = request {
        // It exists, so it has to be ended like any other.
        end_context(session, context);
        return Err(RunError::Terminated(request));
    }
    Ok(())
}

fn make(session: &mut Session, context: &ContextInner) -> v8::Global<v8::Context> {
    HeapLimit::watch(session);
    // SAFETY: this thread holds the isolate and no JS runs.
    let group = unsafe { context.group.v8.get_mut() };
    if group.parts.is_none() {
        let microtasks = v8::MicrotaskQueue::new(session.isolate(), v8::MicrotasksPolicy::Explicit);
        let scope = pin!(v8::HandleScope::new(session.isolate()));
        let scope = scope.init();
        // V8 compares tokens by identity, and no two symbols are the same.
        let token: v8::Local<'_, v8::Value> = v8::Symbol::new(&scope, None).into();
        group.parts = Some(GroupParts { microtasks, token: v8::Global::new(&scope, token) });
    }
    group.members += 1;
    let parts = group.parts.as_ref().expect("made above");
    let scope = pin!(v8::HandleScope::new(session.isolate()));
    let mut scope = scope.init();
    let queue: *const v8::MicrotaskQueue = &*parts.microtasks;
    let local =
        v8::Context::new(&scope, v8::ContextOptions { microtask_queue: Some(queue.cast_mut()), ..Default::default() });
    let token = v8::Local::new(&scope, &parts.token);
    local.set_security_token(token);
    let scope = &mut v8::ContextScope::new(&mut scope, local);
    rejection::mark(scope, local, context.id);
    v8::Global::new(scope, local)
}

/// Drops the V8 part of a context that ended.
fn end_context(session: &Session, context: &ContextInner) {
    let core = session.core();
    // SAFETY: this thread holds the isolate and is at the edge of a turn: no JS and no host function runs.
    let Some(global) = unsafe { context.v8.get_mut() }.take() else { return };
    drop(global);
    // SAFETY: as above.
    let state = unsafe { core.state.get_mut() };
    let functions = state.functions.remove_context(context.id);
    let kept = state.contexts.remove(&context.id);
    // SAFETY: as above.
    let group = unsafe { context.group.v8.get_mut() };
    group.members -= 1;
    if group.members == 0 {
        group.parts = None;
        state.groups.retain(|other| other.id != context.group.id);
    }
    core.counters.contexts.fetch_sub(1, Ordering::Relaxed);
    // Captures run their own code when they are dropped: nothing of the isolate's state is borrowed any more.
    drop(functions);
    drop(kept);
}
