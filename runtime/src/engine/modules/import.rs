//! One import: from a specifier to the namespace of an evaluated module.

use super::{
    super::{
        error::RunError, event::Event, function::IntoOutcome, js_error::Position, lock::Lock, portable::Portable,
        root::JsRoot, thrown::Outcome,
    },
    compile::{Compiled, Import, compile},
    failure::Failure,
    graph::{self, Evaluation, Unsettled},
    load::{Arrived, Load, obtain},
    map::{self, Edge, Id, Key},
    request::{ModuleKind, ModuleRequest, ModuleSource},
    resolve::resolve,
};
use crate::protocol::turn_record::Kind;
use crate::v8;
use futures::{StreamExt, stream::FuturesUnordered};
use std::{
    collections::{HashSet, VecDeque},
    panic::Location,
    sync::Arc,
};

/// How many modules are compiled in one turn: others may want to have one, too.
const BATCH: usize = 32;

/// What is imported.
pub(crate) enum Target {
    /// A module whose text is at hand.
    Text { name: Arc<str>, text: Arc<str> },
    /// A module to be found. Its name is not resolved yet.
    Request(ModuleRequest),
}

impl Portable for Target {}

impl Target {
    pub(super) fn specifier(specifier: &str, kind: ModuleKind, from: Option<(String, Option<Position>)>) -> Self {
        let dynamic = from.is_some();
        let (referrer, position) = from.map_or((None, None), |(referrer, position)| (Some(referrer), position));
        let specifier = specifier.to_owned();
        Self::Request(ModuleRequest { name: String::new(), specifier, kind, referrer, position, dynamic })
    }
}

/// The state of an import between its turns.
struct Walk {
    target: Option<Target>,
    root: Option<Key>,
    /// The place of a root whose text was at hand: its name may be given to another meanwhile.
    given: Option<Id>,
    seen: HashSet<Key>,
    unsettled: Unsettled,
}

enum Step {
    /// These are to be loaded.
    Load(Vec<ModuleRequest>, Option<Arc<dyn Load>>),
    Finished(Evaluation),
}

impl Walk {
    /// One turn: takes what has arrived, and finds what is still missing. If nothing is, the graph is evaluated.
    fn step(&mut self, lock: &mut Lock<'_>, arrived: Vec<Arrived>, loads: usize) -> Result<Step, Failure> {
        let mut visit = VecDeque::new();
        match self.target.take() {
            Some(Target::Text { name, text }) => {
                let id = give(lock, &name, ModuleSource::javascript(text))?;
                self.given = Some(id);
                visit.extend(imports_of(lock, id));
            }
            Some(Target::Request(request)) => {
                let request = resolve(lock, request)?;
                self.root = Some(Key::of(&request));
                visit.push_back(request);
            }
            None => {}
        }
        for arrived in arrived {
            let id = enter(lock, &arrived)?;
            visit.extend(imports_of(lock, id));
        }
        let mut missing = Vec::new();
        while let Some(request) = visit.pop_front() {
            let key = Key::of(&request);
            if self.seen.contains(&key) {
                continue;
            }
            match map::with(lock, |map| map.find(&key)) {
                // What is linked has everything that it imports.
                Some(id) if map::status(lock, id) == v8::ModuleStatus::Uninstantiated => {
                    visit.extend(imports_of(lock, id));
                }
                Some(_) => {}
                None => missing.push(request),
            }
            self.seen.insert(key);
        }
        if !missing.is_empty() || loads > 0 {
            return Ok(Step::Load(missing, map::with(lock, |map| map.loader.clone())));
        }
        let root = self.given.or_else(|| self.root.as_ref().and_then(|key| map::with(lock, |map| map.find(key))));
        let root = root.ok_or(RunError::Refused("a module that was lost"))?;
        graph::finish(lock, root, &self.unsettled).map(Step::Finished)
    }
}

/// What a module of the map imports.
fn imports_of(lock: &Lock<'_>, id: Id) -> Vec<ModuleRequest> {
    map::with(lock, |map| {
        let record = map.record(id);
        let request = |edge: &Edge| ModuleRequest {
            name: edge.to.name.to_string(),
            specifier: edge.specifier.to_string(),
            kind: edge.to.kind,
            referrer: Some(record.name.to_string()),
            position: edge.position.clone(),
            dynamic: false,
        };
        record.edges.iter().map(request).collect()
    })
}

/// Resolves what a compiled module imports.
fn edges(lock: &Lock<'_>, name: &str, imports: &mut Vec<Import>) -> Result<Vec<Edge>, Failure> {
    let edge = |Import { specifier, kind, position }| {
        let referrer = Some(name.to_owned());
        let request = ModuleRequest { name: String::new(), specifier, kind, referrer, position, dynamic: false };
        let request = resolve(lock, request)?;
        Ok(Edge { to: Key::of(&request), specifier: request.specifier.into(), position: request.position })
    };
    std::mem::take(imports).into_iter().map(edge).collect()
}

fn compile_and_resolve(
    lock: &mut Lock<'_>,
    name: &str,
    source: &ModuleSource,
) -> Result<(Compiled, Vec<Edge>), Failure> {
    let mut compiled = compile(lock, name, source)?;
    let edges = edges(lock, name, &mut compiled.imports)?;
    Ok((compiled, edges))
}

/// Puts a module whose text was given into the map. A name stays taken once its module could be evaluated.
fn give(lock: &mut Lock<'_>, name: &str, source: ModuleSource) -> Result<Id, Failure> {
    let key = Key::new(name, ModuleKind::JavaScript);
    if let Some(id) = map::with(lock, |map| map.find(&key))
        && (map::with(lock, |map| map.record(id).host)
            || !matches!(map::status(lock, id), v8::ModuleStatus::Uninstantiated | v8::ModuleStatus::Errored))
    {
        return Err(Failure::type_error(format!("this context has a module `{name}` already: give another name")));
    }
    let (compiled, edges) = compile_and_resolve(lock, name, &source)?;
    Ok(map::add(lock, key, compiled, edges, false))
}

/// Puts what a loader gave into the map, unless it is there already.
fn enter(lock: &mut Lock<'_>, arrived: &Arrived) -> Result<Id, Failure> {
    let request = &arrived.request;
    let key = Key::of(request);
    if let Some(id) = map::with(lock, |map| map.find(&key)) {
        return Ok(id);
    }
    let Some(loaded) = arrived.loaded.clone() else { return Err(RunError::Refused("a module that was lost").into()) };
    let source = loaded.map_err(|failure| failure.told(request))?;
    if source.kind != request.kind {
        let message = format!(
            "{request}, was imported as {}, but its loader gave {}: import it {}",
            request.kind,
            source.kind,
            source.kind.attribute()
        );
        return Err(Failure::new("TypeError", message, &[], request.position.clone()));
    }
    let real = source.name.as_ref().filter(|real| ***real != *key.name);
    let Some(real) = real.map(|real| Key { name: real.clone(), kind: key.kind }) else {
        let (compiled, edges) = compile_and_resolve(lock, &key.name, &source)?;
        return Ok(map::add(lock, key, compiled, edges, false));
    };
    let id = match map::with(lock, |map| map.find(&real)) {
        Some(id) => id,
        None => {
            let (compiled, edges) = compile_and_resolve(lock, &real.name, &source)?;
            map::add(lock, real, compiled, edges, false)
        }
    };
    map::alias(lock, key, id);
    Ok(id)
}

/// A module that was imported: its evaluation is over.
pub(crate) struct Imported {
    pub(super) namespace: JsRoot<v8::Object>,
    promise: JsRoot<v8::Promise>,
    evaluated: Result<(), RunError>,
}

/// Imports `target` as part of `event`, whose first turn is of the kind `first`.
pub(super) async fn import(
    event: Event,
    first: Kind,
    at: &'static Location<'static>,
    target: Target,
) -> Result<Imported, Failure> {
    let unsettled = Unsettled::default();
    let stall = |error: &RunError| {
        if matches!(error, RunError::Terminated(_) | RunError::PromiseLost) {
            unsettled.stall();
        }
    };
    let mut walk =
        Walk { target: Some(target), root: None, given: None, seen: HashSet::new(), unsettled: unsettled.clone() };
    let mut loads = FuturesUnordered::new();
    let mut arrived = Vec::new();
    let mut kind = first;
    let Evaluation { done, promise, namespace } = loop {
        let under_way = loads.len();
        let batch = std::mem::take(&mut arrived);
        let turn = move |lock: &mut Lock<'_>| {
            let step = walk.step(lock, batch, under_way);
            (walk, step)
        };
        let step;
        (walk, step) = event.resume(at, kind, turn).await.inspect_err(stall)?;
        kind = Kind::Resume;
        match step? {
            Step::Finished(evaluation) => break evaluation,
            Step::Load(missing, loader) => {
                for request in missing {
                    let Some(loader) = loader.clone() else { return Err(no_loader(&request)) };
                    loads.push(obtain(event.clone(), request, loader, at));
                }
            }
        }
        arrived = loads.by_ref().ready_chunks(BATCH).next().await.unwrap_or_default();
    };
    let evaluated = done.await.inspect_err(stall);
    Ok(Imported { namespace, promise, evaluated })
}

fn no_loader(request: &ModuleRequest) -> Failure {
    let message = format!("can't load {request}: this context has no module loader, `lock.module_loader` sets one");
    Failure::new("TypeError", message, &[], request.position.clone())
}

impl Imported {
    /// The namespace for Rust.
    pub(super) fn namespace(self) -> Result<JsRoot<v8::Object>, RunError> {
        self.evaluated.map(|()| self.namespace)
    }
}

/// The outcome of an `import()`.
pub(super) struct ForJs(pub(super) Result<Imported, Failure>);

impl<'s> IntoOutcome<'s> for ForJs {
    fn into_outcome(self, lock: &mut Lock<'s>) -> Outcome<'s> {
        let Imported { namespace, promise, evaluated } = self.0.map_err(|failure| failure.into_thrown())?;
        if let Err(error) = evaluated {
            // The value that the module threw, and not a copy.
            let promise = promise.try_get(lock).map_err(|error| Failure::from(error).into_thrown())?;
            return Err(match promise.state() {
                v8::PromiseState::Rejected => promise.result(lock).into(),
                _ => Failure::Run(error).into_thrown(),
            });
        }
        let namespace = namespace.try_get(lock).map_err(|error| Failure::from(error).into_thrown())?;
        Ok(namespace.into())
    }
}
