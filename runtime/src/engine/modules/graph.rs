//! Linking and evaluating a graph of modules.
//!
//! V8 does both by recursion, and so can't go deeper than its stack. Here modules are linked and evaluated one by one, each
//! after what it imports and in the order that the language prescribes, so that V8 never goes deeper than one cycle and
//! what hangs below it.

use super::{
    super::{error::RunError, follow::Follow, lock::Lock, root::JsRoot},
    callbacks,
    failure::{Failure, catching},
    map::{self, Id},
};
use crate::v8;
use std::{
    collections::{HashMap, HashSet},
    panic::Location,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// An evaluation that has begun.
pub(crate) struct Evaluation {
    /// Its end.
    pub(super) done: Follow<()>,
    /// The same for JS.
    pub(super) promise: JsRoot<v8::Promise>,
    pub(super) namespace: JsRoot<v8::Object>,
}

/// Modules whose evaluation awaits something. Shared, because a turn that is terminated gives no result.
#[derive(Clone, Default)]
pub(super) struct Unsettled(Arc<Mutex<Vec<Arc<AtomicBool>>>>);

impl Unsettled {
    fn add(&self, module: Arc<AtomicBool>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(module);
    }

    /// A terminated turn took reactions along, maybe theirs: whoever imports them while they are unsettled is told so.
    pub(super) fn stall(&self) {
        for module in &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            module.store(true, Ordering::Relaxed);
        }
    }
}

/// Links a graph whose modules are all in the map, and begins to evaluate it.
pub(super) fn finish(lock: &mut Lock<'_>, root: Id, unsettled: &Unsettled) -> Result<Evaluation, Failure> {
    let order = order(lock, root)?;
    for cycle in &order.cycles {
        lock.scope(|lock| {
            let module = map::module(lock, cycle.members[0]);
            if module.get_status() != v8::ModuleStatus::Uninstantiated {
                return Ok(());
            }
            catching(lock, |scope| module.instantiate_module(scope, callbacks::resolve)).map(|_| ())
        })?;
    }
    if let Some(failed) = evaluate_in_order(lock, &order, unsettled)? {
        // As the language has it, what imports a module that failed fails with it: those that are on the way to it.
        let entries: HashSet<Id> = order.cycles.iter().map(|cycle| cycle.members[0]).collect();
        let mut id = failed;
        while let Some(parent) = order.parents.get(&id) {
            id = *parent;
            if entries.contains(&id) {
                lock.scope(|lock| evaluate(lock, &order, id, unsettled).map(|_| ()))?;
            }
        }
    }
    let module = map::module(lock, root);
    let namespace: v8::Local<'_, v8::Value> = module.get_module_namespace();
    let namespace = v8::Local::<v8::Object>::try_from(namespace).map_err(|_| RunError::Refused("no namespace"))?;
    let promise = evaluate(lock, &order, root, unsettled)?
        .ok_or(RunError::Refused("a module in the middle of its evaluation"))?;
    let at = Location::caller();
    Ok(Evaluation {
        done: lock.follow(promise.into()),
        promise: JsRoot::new(lock, promise, at),
        namespace: JsRoot::new(lock, namespace, at),
    })
}

/// Evaluates cycle by cycle, up to the first that fails.
fn evaluate_in_order(lock: &mut Lock<'_>, order: &Order, unsettled: &Unsettled) -> Result<Option<Id>, Failure> {
    for cycle in order.cycles.iter().filter(|cycle| cycle.by_itself) {
        let entry = cycle.members[0];
        lock.scope(|lock| evaluate(lock, order, entry, unsettled).map(|_| ()))?;
        if map::status(lock, entry) == v8::ModuleStatus::Errored {
            return Ok(Some(entry));
        }
    }
    Ok(None)
}

/// Evaluates a module, unless it is being evaluated. One that has been gives its promise again.
fn evaluate<'s>(
    lock: &mut Lock<'s>,
    order: &Order,
    id: Id,
    unsettled: &Unsettled,
) -> Result<Option<v8::Local<'s, v8::Promise>>, Failure> {
    let (name, terminated, stalled) = map::with(lock, |map| {
        let record = map.record(id);
        (record.name.clone(), record.terminated, record.stalled.clone())
    });
    let was_terminated = || Failure::type_error(format!("the evaluation of module `{name}` was terminated"));
    if terminated {
        return Err(was_terminated());
    }
    let module = map::module(lock, id);
    if matches!(
        module.get_status(),
        v8::ModuleStatus::Uninstantiated | v8::ModuleStatus::Instantiating | v8::ModuleStatus::Evaluating
    ) {
        return Ok(None);
    }
    match catching(lock, |scope| module.evaluate(scope)) {
        Ok(value) => {
            let promise = v8::Local::<v8::Promise>::try_from(value).map_err(|_| RunError::Refused("no promise"))?;
            // Whoever imports hears of a rejection.
            promise.mark_as_handled();
            if promise.state() == v8::PromiseState::Pending {
                if stalled.load(Ordering::Relaxed) {
                    return Err(was_terminated());
                }
                unsettled.add(stalled);
            }
            Ok(Some(promise))
        }
        Err(failure) => {
            for id in order.cycles.iter().flat_map(|cycle| &cycle.members).filter(|id| !order.failed.contains(id)) {
                if map::status(lock, *id) == v8::ModuleStatus::Errored {
                    map::with(lock, |map| map.record_mut(*id).terminated = true);
                }
            }
            Err(failure)
        }
    }
}

/// In which order modules are linked and evaluated.
struct Order {
    /// Each after those that it imports.
    cycles: Vec<Cycle>,
    /// Who was the first to import a module.
    parents: HashMap<Id, Id>,
    /// Those that failed before.
    failed: HashSet<Id>,
}

/// Modules that import each other; most often only one.
struct Cycle {
    /// The first is the one by which the cycle was entered.
    members: Vec<Id>,
    /// Nothing of a cycle around it comes before it, so that it may be evaluated by itself.
    by_itself: bool,
}

/// Visits what is still to be evaluated, depth first (Tarjan's algorithm, without recursion).
fn order(lock: &mut Lock<'_>, root: Id) -> Result<Order, Failure> {
    struct Visit {
        id: Id,
        /// The modules that it imports, and how many of them have been visited.
        imports: Vec<Id>,
        next: usize,
    }
    #[derive(Clone, Copy)]
    struct Mark {
        index: usize,
        low: usize,
        open: bool,
    }
    let mut order = Order { cycles: Vec::new(), parents: HashMap::new(), failed: HashSet::new() };
    let mut marks: HashMap<Id, Mark> = HashMap::new();
    let mut open: Vec<Id> = Vec::new();
    let mut visits: Vec<Visit> = Vec::new();
    let mut enter = Some(root);
    loop {
        if let Some(id) = enter.take() {
            let mark = Mark { index: marks.len(), low: marks.len(), open: true };
            marks.insert(id, mark);
            open.push(id);
            visits.push(Visit { id, imports: imports(lock, id, &mut order.failed)?, next: 0 });
        }
        let Some(visit) = visits.last_mut() else { return Ok(order) };
        let id = visit.id;
        if let Some(to) = visit.imports.get(visit.next).copied() {
            visit.next += 1;
            match marks.get(&to).copied() {
                None => {
                    order.parents.insert(to, id);
                    enter = Some(to);
                }
                Some(seen) if seen.open => lower(&mut marks, id, seen.index),
                Some(_) => {}
            }
            continue;
        }
        visits.pop();
        let mark = marks[&id];
        if let Some(parent) = visits.last() {
            lower(&mut marks, parent.id, mark.low);
        }
        if mark.low == mark.index {
            let start = open.iter().rposition(|other| *other == id).unwrap_or(0);
            let members = open.split_off(start);
            for id in &members {
                if let Some(mark) = marks.get_mut(id) {
                    mark.open = false;
                }
            }
            // What is open and was left already comes earlier, but only once the cycle that it is in is complete.
            order.cycles.push(Cycle { members, by_itself: open.len() == visits.len() });
        }
    }

    fn lower(marks: &mut HashMap<Id, Mark>, id: Id, low: usize) {
        if let Some(mark) = marks.get_mut(&id) {
            mark.low = mark.low.min(low);
        }
    }
}

/// What has to be there before a module can be evaluated.
fn imports(lock: &mut Lock<'_>, id: Id, failed: &mut HashSet<Id>) -> Result<Vec<Id>, Failure> {
    match map::status(lock, id) {
        v8::ModuleStatus::Evaluated => return Ok(Vec::new()),
        v8::ModuleStatus::Errored => {
            failed.insert(id);
            return Ok(Vec::new());
        }
        _ => {}
    }
    map::with(lock, |map| {
        let record = map.record(id);
        let missing = |edge: &map::Edge| {
            Failure::type_error(format!("module `{}`, imported by {}, is not loaded", edge.to.name, record.name))
        };
        record.edges.iter().map(|edge| map.find(&edge.to).ok_or_else(|| missing(edge))).collect()
    })
}
