//! Isolates and their options.

use super::{
    buffers::{self, Budget},
    context::{ContextBuilder, ContextOptions},
    core::{Engine, IsolateCore, Parts},
    error::RuntimeError,
    group::{ContextGroup, GroupInner},
    home_loop::{HomeLoop, home_of_this_thread},
    modules,
    pinned::{Made, PinnedHome},
    rejection,
    runtime::RuntimeInner,
    spawner::SharedSpawner,
    state,
    turn_cell::TurnCell,
};
use crate::protocol::{
    liveness::Why,
    termination::{Address, Request},
};
use crate::v8;
use std::{
    fmt,
    panic::Location,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

/// Where an isolate lives. The API is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Home {
    /// Any thread may run a turn, one at a time. A turn takes V8's lock.
    #[default]
    Shared,
    /// One thread of its own runs all turns and keeps V8's lock; asynchronous host functions are polled there.
    Pinned,
}

/// Options of an isolate.
#[derive(Debug, Clone, Default)]
#[must_use = "options do nothing by themselves"]
pub struct IsolateOptions {
    pub(crate) home: Home,
    pub(crate) heap_limit: Option<usize>,
    pub(crate) buffer_limit: Option<usize>,
    pub(crate) turn_limit: Option<Duration>,
}

impl IsolateOptions {
    /// The shared home, and no limits but V8's own.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where it lives.
    pub fn home(mut self, home: Home) -> Self {
        self.home = home;
        self
    }

    /// How large the JS heap may become, in bytes. The turn that reaches it ends with
    /// [`RunError::Terminated`](super::RunError::Terminated), and the isolate stays usable.
    ///
    /// **Not covered**: buffers (see [`Self::buffer_limit`]), WebAssembly memories, what the heap grows by before V8 looks at
    /// the termination (usually some hundred MB, several GB in a single builtin such as `JSON.parse` of a huge text), and
    /// the few operations that V8 ends the process for (more than 2^27 array elements in one builtin). Hostile code needs a
    /// process boundary.
    pub fn heap_limit(mut self, bytes: usize) -> Self {
        self.heap_limit = Some(bytes);
        self
    }

    /// How many bytes `ArrayBuffer`s and typed arrays may use together; beyond it their constructors throw a `RangeError`.
    ///
    /// **Not covered**: resizable buffers and WebAssembly memories, which bypass the allocator. With a limit, a
    /// `v8::ArrayBuffer::new` from Rust that it refuses ends the process: make the store in Rust instead.
    pub fn buffer_limit(mut self, bytes: usize) -> Self {
        self.buffer_limit = Some(bytes);
        self
    }

    /// How long a turn may run, its microtasks included. It then ends with
    /// [`RunError::Terminated`](super::RunError::Terminated).
    ///
    /// The right turn ends, but only "soon": V8 looks for a termination now and then, and a slow builtin may run for
    /// seconds before it does. Host functions are not interrupted; [`Lock::check`](super::Lock::check) tells them.
    pub fn turn_limit(mut self, limit: Duration) -> Self {
        self.turn_limit = Some(limit);
        self
    }
}

/// What an isolate is made with.
pub(crate) struct Params {
    heap_limit: Option<usize>,
    budget: Option<Arc<Budget>>,
}

/// Where V8's isolate comes from.
#[allow(clippy::large_enum_variant, reason = "made once per isolate")]
pub(crate) enum Origin {
    /// It is to be made.
    New(Params),
    /// The embedder has made it.
    Adopted(v8::SharedIsolate),
}

impl Origin {
    /// Makes or adopts it on this thread. Gives its address, too.
    pub(crate) fn obtain(self) -> Result<(v8::SharedIsolate, usize), RuntimeError> {
        match self {
            Self::New(params) => make(params),
            Self::Adopted(shared) => {
                let address = {
                    let mut locker = shared.lock();
                    prepare(&mut locker)
                };
                Ok((shared, address))
            }
        }
    }
}

/// Sets what turns rely on. Gives the isolate's address.
fn prepare(isolate: &mut v8::Isolate) -> usize {
    // A blocked `Atomics.wait` would hold the lock (rule R4).
    isolate.set_allow_atomics_wait(false);
    isolate.set_microtasks_policy(v8::MicrotasksPolicy::Explicit);
    isolate.set_promise_reject_callback(rejection::on_reject);
    isolate.add_message_listener(rejection::on_uncaught);
    isolate.set_host_import_module_dynamically_callback(modules::on_import);
    isolate.set_host_initialize_import_meta_object_callback(modules::on_import_meta);
    // SAFETY: the pointer is only compared and handed back to V8.
    let raw = unsafe { isolate.as_raw_isolate_ptr() };
    // SAFETY: `UnsafeRawIsolatePtr` is a transparent pointer.
    unsafe { std::mem::transmute::<v8::UnsafeRawIsolatePtr, usize>(raw) }
}

fn make(params: Params) -> Result<(v8::SharedIsolate, usize), RuntimeError> {
    let mut create = v8::CreateParams::default();
    if let Some(limit) = params.heap_limit {
        create = create.heap_limits(0, limit);
    }
    if let Some(budget) = &params.budget {
        create = create.array_buffer_allocator(buffers::allocator(budget));
    }
    let mut isolate = v8::Isolate::new(create);
    let address = prepare(&mut isolate);
    // SAFETY: nothing but `Send` parts is attached: a function pointer, and an allocator that is a shared counter. What is
    // attached later goes through this crate, which asks for `Send`; the raw scope is behind an unsafe function.
    let shared = unsafe { isolate.try_into_shared() };
    shared.map(|shared| (shared, address)).map_err(not_shareable)
}

fn not_shareable(error: v8::IntoSharedError) -> RuntimeError {
    let why = RuntimeError::NotShareable(error.to_string().into());
    match error.kind() {
        // Dropped with the error it would be leaked, and stay entered on this thread, where then no turn could run.
        v8::IntoSharedErrorKind::LiveWeakHandlesOrPendingFinalizers | v8::IntoSharedErrorKind::EmbedderCppHeap => {
            drop(error.into_isolate());
        }
        // These can't be dropped here.
        _ => {}
    }
    why
}

/// Whether an isolate may be adopted here and now.
fn adoptable(options: &IsolateOptions) -> Result<(), RuntimeError> {
    if let Some(entered) = state::entered() {
        return Err(RuntimeError::InTurn { entered });
    }
    if options.buffer_limit.is_some() {
        return Err(RuntimeError::FixedWhenMade("the buffer limit: pass an allocator to `CreateParams`"));
    }
    Ok(())
}

/// The last strong handle shuts the isolate down.
pub(crate) struct StrongIsolate {
    pub(crate) core: Arc<IsolateCore>,
}

impl Drop for StrongIsolate {
    fn drop(&mut self) {
        self.core.shut_down(Why::Dropped, Location::caller());
    }
}

impl IsolateCore {
    pub(crate) fn spawner(&self) -> SharedSpawner {
        match &self.engine {
            Engine::Pinned(home) => home.spawner(),
            Engine::Shared(_) => self.runtime.spawner.clone(),
        }
    }
}

/// A V8 isolate: `Send + Sync + Clone`. It lives until it is shut down, or the last clone and the last strong context are
/// dropped; a reaper thread disposes of it.
#[derive(Clone)]
pub struct Isolate {
    strong: Arc<StrongIsolate>,
}

impl Isolate {
    pub(crate) fn new(runtime: &Arc<RuntimeInner>, options: IsolateOptions) -> Result<Self, RuntimeError> {
        let budget = Budget::new(options.buffer_limit);
        let params =
            Params { heap_limit: options.heap_limit, budget: options.buffer_limit.is_some().then(|| budget.clone()) };
        Self::of(runtime, options, Origin::New(params), budget)
    }

    /// See [`Runtime::adopt`](super::Runtime::adopt).
    pub(crate) fn adopt(
        runtime: &Arc<RuntimeInner>,
        shared: v8::SharedIsolate,
        options: IsolateOptions,
    ) -> Result<Self, RuntimeError> {
        adoptable(&options)?;
        Self::of(runtime, options, Origin::Adopted(shared), Budget::new(None))
    }

    fn of(
        runtime: &Arc<RuntimeInner>,
        options: IsolateOptions,
        origin: Origin,
        budget: Arc<Budget>,
    ) -> Result<Self, RuntimeError> {
        let (engine, address, handle) = match options.home {
            Home::Shared => {
                let (shared, address) = origin.obtain()?;
                let handle = shared.thread_safe_handle();
                (Engine::Shared(TurnCell::new(Some(shared))), address, handle)
            }
            Home::Pinned => {
                let Made { address, handle, home } = PinnedHome::start(origin)?;
                (Engine::Pinned(home), address, handle)
            }
        };
        Ok(Self::with(Parts { runtime: runtime.clone(), options, address, engine, handle, budget }))
    }

    /// See [`Runtime::adopt_here`](super::Runtime::adopt_here).
    pub(crate) fn adopt_here(
        runtime: &Arc<RuntimeInner>,
        isolate: v8::OwnedIsolate,
        options: IsolateOptions,
    ) -> Result<(Self, HomeLoop), RuntimeError> {
        adoptable(&options)?;
        if let Some(isolate) = home_of_this_thread() {
            return Err(RuntimeError::HomeTaken { isolate });
        }
        // SAFETY: what is attached to it need not be `Send`, because it stays on this thread: `HomeLoop` locks it at once,
        // isn't `Send`, and disposes of it.
        let shared = unsafe { isolate.try_into_shared() }.map_err(not_shareable)?;
        let (Made { address, handle, home }, mut home_loop) = PinnedHome::here(Origin::Adopted(shared))?;
        let options = options.home(Home::Pinned);
        let engine = Engine::Pinned(home);
        let isolate =
            Self::with(Parts { runtime: runtime.clone(), options, address, engine, handle, budget: Budget::new(None) });
        home_loop.belongs_to(&isolate.strong.core);
        Ok((isolate, home_loop))
    }

    fn with(parts: Parts) -> Self {
        let core = IsolateCore::new(parts);
        if let Engine::Pinned(home) = &core.engine {
            home.adopt(&core);
        }
        Self { strong: Arc::new(StrongIsolate { core }) }
    }

    fn core(&self) -> &IsolateCore {
        &self.strong.core
    }

    /// The isolate's number, unique in this process.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.core().id
    }

    /// Makes a context.
    #[track_caller]
    pub fn context(&self, options: ContextOptions) -> ContextBuilder {
        ContextBuilder::new(self.strong.clone(), options, Location::caller())
    }

    /// Takes over a context that the embedder made in this isolate. The builder's `setup` then runs in it as it is.
    ///
    /// From then on it has the microtask queue and the security token of its group: what waits in the queue that it had
    /// before is lost, and contexts of other groups can't reach into it. (What they got of it before they keep, so contexts
    /// that exchanged objects belong into one group. Contexts of the isolate that aren't taken over have no queue that runs.)
    ///
    /// # Errors
    /// The builder gives [`RunError::Refused`](super::RunError::Refused) if the context belongs to another isolate, or was
    /// taken over before and hasn't ended.
    #[track_caller]
    pub fn adopt_context(&self, context: v8::Global<v8::Context>, options: ContextOptions) -> ContextBuilder {
        ContextBuilder::adopting(self.strong.clone(), context, options, Location::caller())
    }

    /// A group for contexts that may exchange objects.
    #[must_use]
    pub fn group(&self) -> ContextGroup {
        ContextGroup { inner: GroupInner::new(self.core()) }
    }

    /// Terminates the turn that runs at this moment. `false` if none does: a later turn is never hit. To end a certain
    /// activity, wherever it is, use [`Event::terminate`](super::Event::terminate).
    #[track_caller]
    pub fn terminate_running(&self) -> bool {
        let hit = self.core().termination.request(Address::Running, Request::Terminate(Location::caller()));
        if hit {
            super::watchdog::get().note();
        }
        hit
    }

    /// Shuts the isolate down: refuses new turns, fails what waits with [`RunError::Gone`](super::RunError::Gone), runs a
    /// last turn in which everything that belongs to it is dropped, and disposes of it. The shutdown begins with the call;
    /// the future resolves when it is over.
    #[track_caller]
    pub fn shutdown(&self) -> impl Future<Output = ()> + Send + use<> {
        let core = self.strong.core.clone();
        core.shut_down(Why::IsolateShutDown, Location::caller());
        let disposed = core.disposed();
        async move {
            // An error would mean that the record is gone, and with it the isolate.
            let _ = disposed.await;
        }
    }

    /// Whether it may still be entered.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.core().liveness.is_alive()
    }

    /// Some counts.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let core = self.core();
        Stats {
            turns: core.counters.turns.load(Ordering::Relaxed),
            waiting: core.queue.waiting(),
            contexts: core.counters.contexts.load(Ordering::Relaxed),
            functions: core.counters.functions.load(Ordering::Relaxed),
            roots: core.counters.roots.load(Ordering::Relaxed),
            own_values: core.counters.own_values.load(Ordering::Relaxed),
            deferred_drops: core.deletes.len(),
            buffer_bytes: core.budget.used(),
        }
    }
}

impl fmt::Debug for Isolate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Isolate").field("id", &self.id()).field("home", &self.core().options.home).finish()
    }
}

/// Counts of an isolate; see [`Isolate::stats`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Turns begun, housekeeping included.
    pub turns: u64,
    /// Turns that wait.
    pub waiting: usize,
    /// Contexts that exist.
    pub contexts: u64,
    /// Host functions, and reactions to promises that Rust waits for.
    pub functions: usize,
    /// JS values that are kept by a [`JsRoot`](super::JsRoot).
    pub roots: u64,
    /// Own values that have not been dropped or taken out yet: of the isolate, of its contexts, and of its threads if they
    /// were made in a turn of the isolate.
    pub own_values: u64,
    /// Drops that wait for a turn.
    pub deferred_drops: usize,
    /// Bytes in `ArrayBuffer`s, counted if there is a limit for them.
    pub buffer_bytes: usize,
}
