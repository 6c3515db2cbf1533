//! One activity in a context.

use super::{
    context::{ContextInner, check_section_for, refuse_here, turn_when_polled},
    error::RunError,
    lock::Lock,
    portable::Portable,
    promise,
    run::{Keep, Pending, Run, TryRun},
    turn::Entry,
    weak_context::WeakIoContext,
};
use crate::protocol::{
    entry::submit,
    event::EventState,
    gate::Section,
    termination::{Address, Request},
    turn_record::Kind,
};
use std::{fmt, panic::Location, sync::Arc};

/// One activity in a context: an outside `run`, a JS call of an asynchronous host function, a critical section.
///
/// It is `Send + Sync + Clone` and weak inside: it carries the event's cancellation, its pending count, its place at the
/// input gate and where it began, and [`Self::run`] goes on with the event after an await.
#[derive(Clone)]
pub struct Event {
    pub(crate) context: Arc<ContextInner>,
    pub(crate) state: Arc<EventState>,
}

impl Event {
    pub(crate) fn begin(context: &Arc<ContextInner>, at: &'static Location<'static>) -> Self {
        let state = context.root.child(context.core.next_event(), 0, at);
        Self { context: context.clone(), state }
    }

    pub(crate) fn child(&self, section: Option<Section>, at: &'static Location<'static>) -> Self {
        let section = section.unwrap_or_else(|| self.state.section());
        let state = self.state.child(self.context.core.next_event(), section, at);
        Self { context: self.context.clone(), state }
    }

    /// The event's number, unique within its isolate.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.state.id()
    }

    /// The event's context.
    #[must_use]
    pub fn context(&self) -> WeakIoContext {
        WeakIoContext { inner: self.context.clone() }
    }

    /// Where it began.
    #[must_use]
    pub fn began(&self) -> &'static Location<'static> {
        self.state.began()
    }

    /// **Resume**: runs `turn` as part of this event: in its critical section, under its cancellation. Liveness is
    /// checked again.
    ///
    /// # Errors
    /// [`RunError::Cancelled`] and [`RunError::Terminated`] if the event was ended; see [`RunError`] for the rest.
    #[track_caller]
    pub fn run<C: Portable, R: Portable>(
        &self,
        captures: C,
        turn: for<'a, 's> fn(&'a mut Lock<'s>, C) -> R,
    ) -> Run<C, R> {
        let at = Location::caller();
        let entry = Entry::new(Kind::Resume, Some(self.state.clone()), at);
        Run::new(Keep::Record(self.context.clone()), self.may_resume(at), entry, captures, turn)
    }

    /// Whether a turn of the event may be asked for here: not inside a turn, nor where it would wait for itself.
    pub(crate) fn may_resume(&self, at: &'static Location<'static>) -> Result<(), RunError> {
        match super::state::entered() {
            Some(entered) => Err(RunError::Reentrant { entered, at }),
            None => check_section_for(self, at),
        }
    }

    /// Like [`Self::run`] for a body that can fail: one `Result`, one `?`.
    ///
    /// # Errors
    /// The body's, and [`RunError`] converted to it.
    #[track_caller]
    pub fn try_run<C: Portable, R: Portable, E: Portable + From<RunError>>(
        &self,
        captures: C,
        turn: for<'a, 's> fn(&'a mut Lock<'s>, C) -> Result<R, E>,
    ) -> TryRun<C, R, E> {
        TryRun::new(self.run(captures, turn))
    }

    /// Runs an asynchronous body as a **critical section**: until it ends, the context's input gate is closed to other
    /// events; their turns wait. The body's own event passes the gate. Sections nest.
    ///
    /// The gate opens again when the body ends, panics or the future is dropped.
    ///
    /// # Errors
    /// What entering may fail with; the body's own result is inside.
    #[track_caller]
    pub fn critical_section<C: Portable, F>(
        &self,
        captures: C,
        body: fn(Event, C) -> F,
    ) -> Pending<Result<F::Output, RunError>>
    where
        F: Future + Send + 'static,
        F::Output: Portable,
    {
        let at = Location::caller();
        let event = self.clone();
        Pending::new(async move {
            // Begun inside a turn of the event, so that no turn of another event is under way.
            // The guard is made there, too: the future may be dropped before it hears that the section has begun.
            let begin = |lock: &mut Lock<'_>| {
                let context = lock.context_inner().clone();
                context.gate.begin().map(|section| EndSection { context, section })
            };
            let Some(open) = event.resume(at, Kind::Resume, begin).await? else {
                event.context.check()?;
                return Err(RunError::PromiseLost);
            };
            let inside = event.child(Some(open.section), at);
            let body = promise::body(&inside, captures, body);
            let outcome = promise::drive(inside, body).await;
            drop(open);
            outcome
        })
    }

    /// Cancels the event and everything it started: their futures are dropped, [`Self::run`] gives
    /// [`RunError::Cancelled`]. A turn that is running ends normally. `false` if it was cancelled before.
    pub fn cancel(&self) -> bool {
        self.state.cancel()
    }

    /// Cancels the event and terminates its turn: the one that runs, or else the next one before it runs any JS. Never
    /// hits a turn of another event.
    #[track_caller]
    pub fn terminate(&self) {
        let request = Request::Terminate(Location::caller());
        self.state.terminate(request);
        let running = self.context.core.termination.running();
        // The turn may belong to something that this event started.
        if let Some(running) = running
            && running.context == self.context.id
            && (running.event == self.state.id() || self.state.has_below(running.event))
            && self.context.core.termination.request(Address::Turn(running.turn), request)
        {
            super::watchdog::get().note();
        }
    }

    /// Whether it was cancelled or terminated.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.state.is_cancelled()
    }

    /// Resolves when it is cancelled.
    pub fn cancelled(&self) -> impl Future<Output = ()> + Send + use<> {
        self.state.cancelled()
    }

    /// How many asynchronous host functions and bodies are under way in it.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.state.pending()
    }

    /// Resolves when nothing is under way in it.
    pub fn idle(&self) -> impl Future<Output = ()> + Send + use<> {
        self.state.idle()
    }

    /// The future of a turn of this event.
    #[inline]
    pub(crate) fn resume<R: Send + 'static, F>(
        &self,
        at: &'static Location<'static>,
        kind: Kind,
        f: F,
    ) -> impl Future<Output = Result<R, RunError>> + Send + use<R, F>
    where
        F: for<'a, 's> FnOnce(&'a mut Lock<'s>) -> R + Send + 'static,
    {
        let refused = match super::state::entered() {
            Some(entered) => Some(RunError::Reentrant { entered, at }),
            None if kind == Kind::Enter => refuse_here(&self.context, at).err(),
            None => check_section_for(self, at).err(),
        };
        let entry = Entry::new(kind, Some(self.state.clone()), at);
        turn_when_polled(self.context.clone(), refused, entry, at, f)
    }

    pub(crate) fn cancel_on_drop(&self) -> CancelOnDrop {
        CancelOnDrop { event: Some(self.clone()) }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.state.id())
            .field("context", &self.context.id)
            .field("began", &format_args!("{}", self.state.began()))
            .field("cancelled", &self.is_cancelled())
            .finish()
    }
}

/// Cancels an event unless it is disarmed.
pub(crate) struct CancelOnDrop {
    event: Option<Event>,
}

impl CancelOnDrop {
    pub(crate) fn disarm(mut self) {
        self.event = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(event) = self.event.take() {
            event.cancel();
        }
    }
}

/// Ends a critical section and brings the turns that waited for it back into the queue.
struct EndSection {
    context: Arc<ContextInner>,
    section: Section,
}

impl Drop for EndSection {
    fn drop(&mut self) {
        for job in self.context.gate.end(self.section) {
            submit(&*self.context.core, job);
        }
    }
}
