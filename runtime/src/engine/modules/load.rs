//! One module's load, shared by all who import it at the same time.

use super::{
    super::{context::ContextInner, error::RunError, event::Event, portable::Portable, promise},
    failure::Failure,
    map::Key,
    request::{LoadError, ModuleRequest, ModuleSource},
};
use crate::{protocol::gate::Section, rules};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use std::{
    collections::{HashMap, HashSet},
    panic::Location,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What a load came to.
pub(super) type Loaded = Result<ModuleSource, LoadFailure>;
type Running = Shared<BoxFuture<'static, Loaded>>;

#[derive(Clone)]
pub(super) enum LoadFailure {
    /// The loader's own error.
    Failed { message: Arc<str>, causes: Arc<[String]> },
    /// The event of whoever began the load ended.
    Ended(RunError),
}

impl LoadFailure {
    /// What an importer is told.
    pub(super) fn told(self, request: &ModuleRequest) -> Failure {
        match self {
            Self::Failed { message, causes } => {
                Failure::new("Error", format!("can't load {request}: {message}"), &causes, request.position.clone())
            }
            Self::Ended(error) => error.into(),
        }
    }
}

impl From<LoadError> for LoadFailure {
    fn from(error: LoadError) -> Self {
        let (message, causes) = error.told();
        Self::Failed { message: message.into(), causes: causes.into() }
    }
}

/// A loader, whatever its types.
pub(super) trait Load: Send + Sync {
    /// The load of one module, as an event. Runs nothing yet.
    fn begin(self: Arc<Self>, event: Event, request: ModuleRequest) -> BoxFuture<'static, Loaded>;
}

pub(super) struct Loader<C, F> {
    /// Behind a mutex because a clone is made wherever the importer is polled.
    pub(super) captures: Mutex<C>,
    pub(super) load: fn(Event, C, ModuleRequest) -> F,
}

impl<C, F> Load for Loader<C, F>
where
    C: Portable + Clone,
    F: Future<Output = Result<ModuleSource, LoadError>> + Send + 'static,
{
    fn begin(self: Arc<Self>, event: Event, request: ModuleRequest) -> BoxFuture<'static, Loaded> {
        let body = |event: Event, (loader, request): (Arc<Self>, ModuleRequest)| {
            let captures = loader.captures.lock().unwrap_or_else(PoisonError::into_inner).clone();
            (loader.load)(event, captures, request)
        };
        async move {
            let _work = event.state.work();
            // Dropped before the end: what the loader started is cancelled with it.
            let guard = event.cancel_on_drop();
            let body = promise::body(&event, (self, request), body);
            let loaded = promise::drive(event, body).await;
            guard.disarm();
            match loaded {
                Ok(loaded) => loaded.map_err(LoadFailure::from),
                Err(RunError::Panicked { message, .. }) => {
                    Err(LoadError::new(format!("{}: the module loader panicked: {message}", rules::R10)).into())
                }
                Err(ended) => Err(LoadFailure::Ended(ended)),
            }
        }
        .boxed()
    }
}

/// The loads that are under way in a context. They are shared within a critical section and not beyond: a loader may take
/// turns, and outside of the section these wait for its end.
#[derive(Default)]
pub(super) struct Loads(Mutex<State>);

#[derive(Default)]
struct State {
    running: HashMap<(Key, Section), WeakShared<BoxFuture<'static, Loaded>>>,
    /// What is in the map already.
    known: HashSet<Key>,
}

/// How a load goes on.
enum Joined {
    /// It is over: the module is in the map.
    Known,
    /// Somebody else began it.
    Theirs(Running),
    Begun(Running),
}

impl Loads {
    /// Joins a load, or begins one.
    fn join(&self, key: &(Key, Section), begin: impl FnOnce() -> BoxFuture<'static, Loaded>) -> Joined {
        let mut state = self.lock();
        if state.known.contains(&key.0) {
            return Joined::Known;
        }
        let found = state.running.get(key).and_then(WeakShared::upgrade);
        // One that ended with somebody else's event is of no use, though others may still be looking at it.
        let ended = found.as_ref().is_some_and(|found| matches!(found.peek(), Some(Err(LoadFailure::Ended(_)))));
        match found {
            Some(found) if !ended => Joined::Theirs(found),
            of_no_use => {
                let begun = begin().shared();
                let former = begun.downgrade().and_then(|weak| state.running.insert(key.clone(), weak));
                // Their drop may run the loader's code.
                drop(state);
                drop((former, of_no_use));
                Joined::Begun(begun)
            }
        }
    }

    /// The module is in the map.
    pub(super) fn arrived(&self, key: Key) {
        self.lock().known.insert(key);
    }

    /// Forgets a load that nobody waits for.
    fn left(&self, key: &(Key, Section)) {
        let mut state = self.lock();
        let running = state.running.get(key).and_then(WeakShared::upgrade);
        if running.is_none() {
            state.running.remove(key);
        }
        drop(state);
        drop(running);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One importer's part in a load. Whoever polls drives it; it ends when all have left.
struct Part {
    context: Arc<ContextInner>,
    key: (Key, Section),
    running: Option<Running>,
}

impl Drop for Part {
    fn drop(&mut self) {
        drop(self.running.take());
        self.context.modules.loads.left(&self.key);
    }
}

/// A load that is over.
pub(super) struct Arrived {
    pub(super) request: ModuleRequest,
    /// `None` if the module is in the map already.
    pub(super) loaded: Option<Loaded>,
    /// Kept until the module is in the map, so that nobody loads it again meanwhile.
    _part: Option<Part>,
}

/// Loads a module, or waits for the load that is under way.
pub(super) async fn obtain(
    event: Event,
    request: ModuleRequest,
    loader: Arc<dyn Load>,
    at: &'static Location<'static>,
) -> Arrived {
    let key = (Key::of(&request), event.state.section());
    loop {
        let begin = || loader.clone().begin(event.child(None, at), request.clone());
        let (running, theirs) = match event.context.modules.loads.join(&key, begin) {
            Joined::Known => return Arrived { request, loaded: None, _part: None },
            Joined::Theirs(running) => (running, true),
            Joined::Begun(running) => (running, false),
        };
        let part = Part { context: event.context.clone(), key: key.clone(), running: Some(running.clone()) };
        let loaded = running.await;
        // Whoever began it gave up: it is begun again as part of this event.
        let given_up = theirs && matches!(loaded, Err(LoadFailure::Ended(_)));
        if given_up && !event.is_cancelled() && event.context.check().is_ok() {
            continue;
        }
        return Arrived { request, loaded: Some(loaded), _part: Some(part) };
    }
}
