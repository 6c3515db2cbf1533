//! The record of a context, and how one is made.

use super::{
    affine::Own,
    core::{IsolateCore, Session},
    doomed::Doomed,
    error::{Gone, Part, RunError},
    event::Event,
    finalizer::Finalizers,
    group::{ContextGroup, GroupInner},
    io_context::IoContext,
    isolate::StrongIsolate,
    lock::Lock,
    modules::Modules,
    portable::Portable,
    run::{Keep, Pending, Run, TurnFn},
    state,
    turn::{Entry, TurnBody},
    turn_cell::TurnCell,
};
use crate::protocol::{
    entry::{GateOf, at_once},
    event::EventState,
    gate::{OUTSIDE, Section},
    liveness::{Liveness, Why},
    own_list::OwnList,
    turn_future::TurnFuture,
    turn_record::Kind,
};
use crate::v8;
use std::{
    fmt,
    panic::Location,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// The record of one context.
pub(crate) struct ContextInner {
    pub(crate) id: u64,
    pub(crate) core: Arc<IsolateCore>,
    pub(crate) group: Arc<GroupInner>,
    pub(crate) liveness: Liveness,
    pub(crate) gate: Arc<GateOf<Session>>,
    pub(crate) root: Arc<EventState>,
    pub(crate) v8: TurnCell<Option<v8::Global<v8::Context>>>,
    pub(crate) finalizers: TurnCell<Finalizers>,
    /// The embedder's values that belong to it.
    pub(crate) own: TurnCell<OwnList<Own>>,
    pub(crate) modules: Modules,
    /// The embedder's, until the first turn takes it over.
    pub(crate) given: TurnCell<Option<v8::Global<v8::Context>>>,
    pub(crate) name: Option<Arc<str>>,
}

impl ContextInner {
    fn new(
        core: Arc<IsolateCore>,
        given: Option<v8::Global<v8::Context>>,
        options: ContextOptions,
        at: &'static Location<'static>,
    ) -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let group = options.group.map_or_else(|| GroupInner::new(&core), |group| group.inner);
        Arc::new(Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            core,
            group,
            liveness: Liveness::new(),
            gate: Arc::new(GateOf::new()),
            root: EventState::root(at),
            v8: TurnCell::new(None),
            finalizers: TurnCell::new(Finalizers::default()),
            own: TurnCell::new(OwnList::new()),
            modules: Modules::new(),
            given: TurnCell::new(given),
            name: options.name,
        })
    }

    /// `Ok` while the context may be entered.
    #[inline]
    pub(crate) fn check(&self) -> Result<(), RunError> {
        if self.liveness.is_alive() { Ok(()) } else { self.gone() }
    }

    #[cold]
    fn gone(&self) -> Result<(), RunError> {
        self.liveness.check().map_err(|obituary| {
            let part = match obituary.why {
                Why::IsolateShutDown => Part::Isolate(self.core.id),
                _ => Part::Context(self.id),
            };
            RunError::Gone(Gone::new(part, obituary))
        })
    }

    /// Ends the context: refuses, fails what waits, cancels its events, and has the rest dropped inside the isolate.
    pub(crate) fn end(self: &Arc<Self>, why: Why, at: &'static Location<'static>) {
        if !self.liveness.end(why, at) {
            return;
        }
        self.core.fail_context(self.id);
        for job in self.gate.close() {
            job.fail();
        }
        self.root.cancel();
        if why != Why::IsolateShutDown {
            self.core.doom(Doomed::Context(self.clone()));
        }
    }
}

/// The last strong handle ends the context.
pub(crate) struct StrongContext {
    pub(crate) inner: Arc<ContextInner>,
    #[expect(dead_code, reason = "keeps the isolate")]
    isolate: Arc<StrongIsolate>,
}

impl Drop for StrongContext {
    fn drop(&mut self) {
        self.inner.end(Why::Dropped, Location::caller());
    }
}

/// Options of a context.
#[derive(Debug, Clone, Default)]
#[must_use = "options do nothing by themselves"]
pub struct ContextOptions {
    group: Option<ContextGroup>,
    name: Option<Arc<str>>,
}

impl ContextOptions {
    /// A context alone in its group.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts it into a group, whose contexts may exchange objects.
    pub fn group(mut self, group: &ContextGroup) -> Self {
        self.group = Some(group.clone());
        self
    }

    /// A name for reports.
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.into());
        self
    }
}

/// A context that is to be made; see [`Isolate::context`](super::Isolate::context).
#[must_use = "nothing is made until `setup` or `build` is awaited"]
pub struct ContextBuilder {
    isolate: Arc<StrongIsolate>,
    given: Option<v8::Global<v8::Context>>,
    options: ContextOptions,
    at: &'static Location<'static>,
}

impl ContextBuilder {
    pub(crate) fn new(isolate: Arc<StrongIsolate>, options: ContextOptions, at: &'static Location<'static>) -> Self {
        Self { isolate, given: None, options, at }
    }

    pub(crate) fn adopting(
        isolate: Arc<StrongIsolate>,
        context: v8::Global<v8::Context>,
        options: ContextOptions,
        at: &'static Location<'static>,
    ) -> Self {
        Self { given: Some(context), ..Self::new(isolate, options, at) }
    }

    /// Makes the context and runs `setup` as its first turn, before anybody else can enter it. If that fails, the context
    /// ends. With nothing to set up use [`Self::build`]. A body that ends with `Ok(())` has to name its error:
    /// `Ok::<(), RunError>(())`.
    ///
    /// # Errors
    /// What `setup` returns, and whatever a turn may fail with; [`RunError::WrongIsolate`] is impossible here, but a
    /// [`ContextGroup`] of another isolate is [`RunError::WrongContext`].
    pub fn setup<C: Portable, E: Portable + From<RunError>>(
        self,
        captures: C,
        setup: for<'a, 's> fn(&'a mut Lock<'s>, C) -> Result<(), E>,
    ) -> Pending<Result<IoContext, E>> {
        let Self { isolate, given, options, at } = self;
        let core = isolate.core.clone();
        let foreign = options.group.as_ref().filter(|group| group.inner.isolate != core.id).map(|group| group.inner.id);
        let inner = ContextInner::new(core.clone(), given, options, at);
        // Like every entry: refused where it is made and where it is polled.
        let made_in = state::entered();
        Pending::new(async move {
            if let Some(entered) = made_in.or_else(state::entered) {
                return Err(RunError::Reentrant { entered, at }.into());
            }
            if let Some(wanted) = foreign {
                return Err(RunError::WrongContext { wanted, here: inner.id, access: None }.into());
            }
            core.gone()?;
            let context = IoContext { strong: Arc::new(StrongContext { inner: inner.clone(), isolate }) };
            let entry = Entry::new(Kind::Enter, None, at);
            let body = TurnBody::first(inner.clone(), entry, move |lock: &mut Lock<'_>| setup(lock, captures));
            match TurnFuture::new(core, body).await.map_err(E::from).and_then(|result| result) {
                Ok(()) => Ok(context),
                Err(error) => {
                    inner.end(Why::SetupFailed, at);
                    Err(error)
                }
            }
        })
    }

    /// Makes the context without anything in it but JavaScript itself.
    ///
    /// # Errors
    /// See [`Self::setup`].
    pub fn build(self) -> Pending<Result<IoContext, RunError>> {
        self.setup((), |_lock, ()| Ok(()))
    }
}

impl fmt::Debug for ContextBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextBuilder").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Refuses a call that is made inside a turn, or from inside the critical section it would wait for.
pub(crate) fn refuse_here(inner: &ContextInner, at: &'static Location<'static>) -> Result<(), RunError> {
    match state::entered() {
        Some(entered) => Err(RunError::Reentrant { entered, at }),
        None => check_section(inner, at),
    }
}

pub(crate) fn check_section(inner: &ContextInner, at: &'static Location<'static>) -> Result<(), RunError> {
    check_sections_but(inner, at, |_section| false)
}

/// The same for a turn of `event`, which the sections that it belongs to itself let in.
pub(crate) fn check_section_for(event: &Event, at: &'static Location<'static>) -> Result<(), RunError> {
    check_sections_but(&event.context, at, |section| event.state.any_section(&mut |own| own == section))
}

fn check_sections_but(
    inner: &ContextInner,
    at: &'static Location<'static>,
    lets_in: impl Fn(Section) -> bool,
) -> Result<(), RunError> {
    // With no section under way, as nearly always, nobody waits for the end of one.
    if inner.gate.admits(OUTSIDE) {
        return Ok(());
    }
    // Sections are numbered by gate, so those of another context mean nothing here.
    let Some(polled) = state::polled_event().filter(|polled| std::ptr::eq(&raw const *polled.context, inner)) else {
        return Ok(());
    };
    if polled.state.any_section(&mut |section| inner.gate.is_inside(section) && !lets_in(section)) {
        return Err(RunError::InsideSection { began: polled.began(), at });
    }
    Ok(())
}

/// The future of an outside turn. `keep` lives until the turn is over.
pub(crate) fn enter<C: Portable, R: Portable>(
    keep: Keep,
    at: &'static Location<'static>,
    captures: C,
    turn: TurnFn<C, R>,
) -> Run<C, R> {
    // Seen where the call is made: a future that is made inside a turn is refused even if it is polled later.
    let refused = refuse_here(keep.inner(), at);
    Run::new(keep, refused, Entry::new(Kind::Enter, None, at), captures, turn)
}

/// The future of a turn that `entry` describes, or of what it was refused with where the call was made. Runs the turn in
/// its first poll if that is possible.
#[inline]
pub(crate) async fn turn_when_polled<R: Send + 'static, F>(
    inner: Arc<ContextInner>,
    refused: Option<RunError>,
    entry: Entry,
    at: &'static Location<'static>,
    f: F,
) -> Result<R, RunError>
where
    F: for<'a, 's> FnOnce(&'a mut Lock<'s>) -> R + Send + 'static,
{
    if let Some(refused) = refused {
        return Err(refused);
    }
    if let Some(entered) = state::entered() {
        return Err(RunError::Reentrant { entered, at });
    }
    let waiting = match at_once(&*inner.core, TurnBody::new(&inner, entry, f)) {
        Ok(result) => return result,
        Err(body) => TurnFuture::new(inner.core.clone(), body.owned()),
    };
    waiting.await
}

pub(crate) fn debug(inner: &ContextInner, what: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut debug = f.debug_struct(what);
    debug.field("id", &inner.id).field("isolate", &inner.core.id).field("alive", &inner.liveness.is_alive());
    if let Some(name) = &inner.name {
        debug.field("name", name);
    }
    debug.finish()
}
