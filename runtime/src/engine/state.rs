//! The turn that the calling thread is in.

use super::{context::ContextInner, core::IsolateCore, event::Event};
use crate::protocol::{event::EventState, gate::Section, wait_graph::Holding};
use std::{
    cell::{Cell, OnceCell, RefCell},
    panic::Location,
    ptr,
    sync::Arc,
    thread::{self, ThreadId},
};

/// How often JS may catch the refusal of a context that has ended and call again. A loop that awaits a host function ends
/// its turn at each await; once the function is refused at once it would stay in its turn for ever.
const MAX_REFUSED: u32 = 1000;

thread_local! {
    static CURRENT: Cell<*const TurnState> = const { Cell::new(ptr::null()) };
    /// The event whose asynchronous host function this thread polls.
    static POLLING: Cell<*const Event> = const { Cell::new(ptr::null()) };
    static THREAD: Cell<Option<ThreadId>> = const { Cell::new(None) };
}

/// The calling thread. `thread::current()` counts references to the thread's record, twice per call, which shows in a turn.
pub(crate) fn thread_id() -> ThreadId {
    THREAD.get().unwrap_or_else(|| {
        let id = thread::current().id();
        THREAD.set(Some(id));
        id
    })
}

/// What host functions and `Lock` need to know of the turn they are in. Lives on the stack of the thread that runs it.
pub(crate) struct TurnState {
    core: *const IsolateCore,
    /// From `Arc::as_ptr`; null for housekeeping. Whoever runs the turn keeps the context alive.
    context: *const ContextInner,
    event: OnceCell<Arc<EventState>>,
    event_id: u64,
    section: Section,
    /// Calls of host functions whose context has ended.
    refused: Cell<u32>,
    /// Whether a `NoJs` lives.
    no_js: Cell<bool>,
    /// The event of the continuation that runs.
    carried: RefCell<Option<Event>>,
    pub(crate) entered: &'static Location<'static>,
}

impl TurnState {
    pub(crate) fn new(
        core: &IsolateCore,
        context: Option<&Arc<ContextInner>>,
        event: Option<Arc<EventState>>,
        event_id: u64,
        entered: &'static Location<'static>,
    ) -> Self {
        let section = event.as_ref().map_or(0, |event| event.section());
        let event = event.map_or_else(OnceCell::new, OnceCell::from);
        let context = context.map_or(ptr::null(), Arc::as_ptr);
        let (refused, no_js, carried) = (Cell::new(0), Cell::new(false), RefCell::new(None));
        Self { core, context, event, event_id, section, refused, no_js, carried, entered }
    }

    /// Counts a refused call. `true` when there have been so many that the turn will not end by itself.
    pub(crate) fn refuse_call(&self) -> bool {
        self.refused.set(self.refused.get() + 1);
        self.refused.get() >= MAX_REFUSED
    }

    /// No host function may be called until the guard is dropped: V8 itself calls them even where it refuses JavaScript.
    pub(crate) fn forbid_js(&self) -> JsForbidden<'_> {
        self.no_js.set(true);
        JsForbidden { state: self }
    }

    #[inline]
    pub(crate) fn is_js_forbidden(&self) -> bool {
        self.no_js.get()
    }

    pub(crate) fn core<'a>(&self) -> &'a IsolateCore {
        // SAFETY: the state is made from a reference to the core that outlives the turn, and a state is reached only
        // inside its turn (through `CURRENT`, which is reset when the turn ends, or through a `Lock`).
        unsafe { &*self.core }
    }

    /// The turn's context; none in housekeeping.
    pub(crate) fn context(&self) -> Option<Arc<ContextInner>> {
        if self.context.is_null() {
            return None;
        }
        // SAFETY: the pointer is from `Arc::as_ptr`, and whoever runs the turn keeps the context; a state is reached only
        // inside its turn.
        unsafe {
            Arc::increment_strong_count(self.context);
            Some(Arc::from_raw(self.context))
        }
    }

    /// The turn's event in `context`; made when first asked for, so that a turn that starts nothing allocates nothing.
    pub(crate) fn event(&self, context: &Arc<ContextInner>) -> Arc<EventState> {
        if let Some(carried) = &*self.carried.borrow()
            && Arc::ptr_eq(&carried.context, context)
        {
            return carried.state.clone();
        }
        if !ptr::eq(self.context, Arc::as_ptr(context)) {
            // Housekeeping has no event, and one of another context doesn't carry over: what starts here is its own.
            let id = self.core().next_event();
            return context.root.child(id, 0, self.entered);
        }
        self.event.get_or_init(|| context.root.child(self.event_id, self.section, self.entered)).clone()
    }

    /// What runs until the guard is dropped is part of `event`.
    pub(crate) fn carry(&self, event: &Event) -> Carried<'_> {
        Carried { state: self, before: self.carried.replace(Some(event.clone())) }
    }

    /// The event that calls into `context` from another one.
    pub(crate) fn caller(&self, context: &Arc<ContextInner>) -> Option<Event> {
        if self.context.is_null() || ptr::eq(self.context, Arc::as_ptr(context)) {
            return None;
        }
        // SAFETY: whoever runs the turn keeps its context alive.
        let id = unsafe { &*self.context }.id;
        // SAFETY: this thread holds the isolate, and the clone ends the borrow.
        let caller = unsafe { self.core().state.get() }.contexts.get(&id)?.clone();
        Some(Event { state: self.event(&caller), context: caller })
    }

    /// Makes it the thread's current turn until the guard is dropped.
    pub(crate) fn enter(&self) -> Current<'_> {
        let before = CURRENT.replace(self);
        debug_assert!(before.is_null(), "a turn inside a turn");
        Current { state: self }
    }

    /// Runs `f` with the current turn of this thread.
    #[inline]
    pub(crate) fn with_current<R>(f: impl FnOnce(Option<&TurnState>) -> R) -> R {
        let current = CURRENT.get();
        // SAFETY: `CURRENT` points to a state on this thread's stack whose guard has not been dropped.
        f(unsafe { current.as_ref() })
    }

    pub(crate) fn current_is_of(core: &IsolateCore) -> bool {
        Self::with_current(|current| current.is_some_and(|state| ptr::eq(state.core, core)))
    }
}

/// Resets the current turn; see [`TurnState::enter`].
pub(crate) struct Current<'t> {
    #[expect(dead_code, reason = "keeps the state borrowed while it is current")]
    state: &'t TurnState,
}

impl Drop for Current<'_> {
    fn drop(&mut self) {
        CURRENT.set(ptr::null());
    }
}

/// See [`TurnState::carry`].
pub(crate) struct Carried<'t> {
    state: &'t TurnState,
    before: Option<Event>,
}

impl Drop for Carried<'_> {
    fn drop(&mut self) {
        let carried = self.state.carried.replace(self.before.take());
        drop(carried);
    }
}

/// See [`TurnState::forbid_js`].
pub(crate) struct JsForbidden<'t> {
    state: &'t TurnState,
}

impl Drop for JsForbidden<'_> {
    fn drop(&mut self) {
        self.state.no_js.set(false);
    }
}

/// Whether this thread is in a turn of any isolate.
pub(crate) fn in_turn() -> bool {
    !CURRENT.get().is_null()
}

/// Where the turn that this thread is in was entered.
pub(crate) fn entered() -> Option<&'static Location<'static>> {
    TurnState::with_current(|current| current.map(|state| state.entered))
}

/// The isolate that this thread holds.
pub(crate) fn holding() -> Option<Holding> {
    TurnState::with_current(|current| current.map(|state| Holding { isolate: state.core().id, entered: state.entered }))
}

/// Runs `poll` as part of `event`'s asynchronous host function.
pub(crate) fn polling<R>(event: &Event, poll: impl FnOnce() -> R) -> R {
    struct Restore(*const Event);
    impl Drop for Restore {
        fn drop(&mut self) {
            POLLING.set(self.0);
        }
    }
    let _restore = Restore(POLLING.replace(event));
    poll()
}

/// The event whose asynchronous host function this thread polls.
pub(crate) fn polled_event() -> Option<Event> {
    // SAFETY: `POLLING` points to a reference that `polling` borrows until it restores the former one.
    unsafe { POLLING.get().as_ref() }.cloned()
}
