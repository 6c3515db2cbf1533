//! The modules of one context: V8's part, touched only inside turns.

use super::{
    super::{js_error::Position, lock::Lock},
    compile::Compiled,
    load::Load,
    request::{ModuleKind, ModuleRequest},
    resolve::Resolve,
};
use crate::v8;
use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicBool},
};

/// By what a module is known: as on the web, its name and what it was imported as.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) name: Arc<str>,
    pub(super) kind: ModuleKind,
}

impl Key {
    pub(super) fn new(name: &str, kind: ModuleKind) -> Self {
        Self { name: name.into(), kind }
    }

    pub(super) fn of(request: &ModuleRequest) -> Self {
        Self::new(&request.name, request.kind)
    }
}

/// A module's place in its context's map. Modules are never removed, as V8 can't unload them.
pub(super) type Id = usize;

/// One import of a module.
pub(super) struct Edge {
    pub(super) specifier: Arc<str>,
    pub(super) to: Key,
    pub(super) position: Option<Position>,
}

/// One module.
pub(super) struct Record {
    pub(super) module: v8::Global<v8::Module>,
    pub(super) name: Arc<str>,
    /// Its imports, in their order.
    pub(super) edges: Vec<Edge>,
    /// The same by what the code says.
    by_specifier: HashMap<Key, usize>,
    /// What a synthetic module exports.
    pub(super) exports: Vec<(Arc<str>, v8::Global<v8::Value>)>,
    /// It was made of host functions.
    pub(super) host: bool,
    /// Its evaluation was terminated: V8 must not be asked to evaluate it again.
    pub(super) terminated: bool,
    /// Somebody waited for its evaluation when a terminated turn took reactions along: it may never settle.
    pub(super) stalled: Arc<AtomicBool>,
}

/// The module map of one context, with its loader and resolver.
#[derive(Default)]
pub(crate) struct ModuleMap {
    records: Vec<Record>,
    by_key: HashMap<Key, Id>,
    by_hash: HashMap<i32, Vec<Id>>,
    pub(super) loader: Option<Arc<dyn Load>>,
    pub(super) resolver: Option<Arc<dyn Resolve>>,
}

impl ModuleMap {
    pub(super) fn record(&self, id: Id) -> &Record {
        &self.records[id]
    }

    pub(super) fn record_mut(&mut self, id: Id) -> &mut Record {
        &mut self.records[id]
    }

    pub(super) fn find(&self, key: &Key) -> Option<Id> {
        self.by_key.get(key).copied()
    }

    pub(super) fn is_host(&self, name: &str) -> bool {
        self.find(&Key::new(name, ModuleKind::JavaScript)).is_some_and(|id| self.records[id].host)
    }

    fn add(&mut self, key: Key, compiled: Compiled, edges: Vec<Edge>, host: bool) -> Id {
        let Compiled { module, hash, exports, .. } = compiled;
        let id = self.records.len();
        let by_specifier = edges
            .iter()
            .enumerate()
            .map(|(place, edge)| (Key { name: edge.specifier.clone(), kind: edge.to.kind }, place))
            .collect();
        let name = key.name.clone();
        let stalled = Arc::default();
        self.records.push(Record { module, name, edges, by_specifier, exports, host, terminated: false, stalled });
        self.by_key.insert(key, id);
        self.by_hash.entry(hash).or_default().push(id);
        id
    }

    /// The module that V8 asks about.
    pub(super) fn find_module(&self, module: v8::Local<'_, v8::Module>) -> Option<Id> {
        let candidates = self.by_hash.get(&module.get_identity_hash().get())?;
        candidates.iter().copied().find(|id| self.records[*id].module == module)
    }

    /// What a module means by a specifier.
    pub(super) fn follow(&self, from: Id, specifier: Key) -> Option<Id> {
        let record = &self.records[from];
        let place = record.by_specifier.get(&specifier)?;
        self.find(&record.edges[*place].to)
    }
}

/// Looks into the map of the lock's context. `f` neither runs JS nor anybody else's code.
pub(super) fn with<R>(lock: &Lock<'_>, f: impl FnOnce(&mut ModuleMap) -> R) -> R {
    // SAFETY: a lock is proof of the hold, and `f` runs nothing that may reach the map: it is a closure of this module tree
    // that only looks things up, or puts them in.
    f(unsafe { lock.context_inner().modules.map.get_mut() })
}

/// Adds a module, as what `key` stands for from now on.
pub(super) fn add(lock: &Lock<'_>, key: Key, compiled: Compiled, edges: Vec<Edge>, host: bool) -> Id {
    lock.context_inner().modules.loads.arrived(key.clone());
    with(lock, |map| map.add(key, compiled, edges, host))
}

/// Another name for a module.
pub(super) fn alias(lock: &Lock<'_>, key: Key, id: Id) {
    lock.context_inner().modules.loads.arrived(key.clone());
    with(lock, |map| {
        map.by_key.entry(key).or_insert(id);
    });
}

/// The module with this number, for this turn.
pub(super) fn module<'s>(lock: &Lock<'s>, id: Id) -> v8::Local<'s, v8::Module> {
    with(lock, |map| v8::Local::new(lock, &map.records[id].module))
}

/// How far V8 is with it.
pub(super) fn status(lock: &mut Lock<'_>, id: Id) -> v8::ModuleStatus {
    // Handles would otherwise stay until the end of the turn.
    lock.scope(|lock| module(lock, id).get_status())
}
