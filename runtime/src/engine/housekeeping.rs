//! What the runtime does in an isolate on its own account: foreground tasks of V8, deferred drops, the last turn.

use super::{
    affine::{self, thread_home},
    context_parts::end_context,
    core::{Engine, IsolateCore, Session},
    doomed::Doomed,
    error::RunError,
    group::GroupInner,
    reaper, rejection,
    state::TurnState,
    table::Function,
    turn::{begin_limited, end, reset_carried_outside},
};
use crate::protocol::{
    entry::{Body, GateOf},
    gate::Section,
    liveness::Why,
    termination::Request,
    turn_record::Kind,
};
use std::{
    panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

/// How many foreground tasks run after a turn. Some tasks post themselves again, so "until there are none" may never end.
const TASK_BATCH: usize = 16;
/// How long the microtasks that a terminated turn left behind may run if the isolate has no limit per turn: whoever ended
/// the turn has nothing left to end them by.
const GRACE: Duration = Duration::from_millis(100);

/// The runtime's own turn.
pub(crate) struct Housekeeping {
    pub(crate) core: Arc<IsolateCore>,
    pub(crate) last: bool,
}

impl Body<Session> for Housekeeping {
    type Output = ();
    type Refusal = ();

    fn check(&self) -> Result<(), ()> {
        Ok(())
    }

    fn closed(&self) {}

    fn gate(&self) -> Option<(&Arc<GateOf<Session>>, Section)> {
        None
    }

    fn context(&self) -> u64 {
        0
    }

    fn run(self, session: &mut Session) {
        if self.last {
            // Whatever a capture's drop does, the isolate must be disposed of: somebody may wait for it.
            let done = catch_unwind(AssertUnwindSafe(|| last(session)));
            reaper::reap(self.core);
            if let Err(payload) = done {
                resume_unwind(payload);
            }
        } else {
            self.core.housekeeping_begins();
            turn(session);
        }
    }

    fn refuse(self, (): ()) {}
}

/// What follows a turn, still under its hold.
pub(crate) fn after(session: &mut Session, group: &Arc<GroupInner>, request: Option<Request>, killed_before: bool) {
    if let Some(request) = request {
        if killed_before {
            // Its microtasks were left in the queue. They run now, on a record of their own.
            let limit = session.core().options.turn_limit.unwrap_or(GRACE);
            stay(session, std::slice::from_ref(group), 0, Some(limit));
        } else {
            lost_reactions(session, group, request);
        }
    }
    if session.core().has_tasks() {
        tasks(session);
    }
    // The drop of what was dropped last may have queued more.
    if !session.core().deletes.is_empty() {
        session.core().request_housekeeping();
    }
}

/// A termination in a checkpoint empties the group's queue: whoever follows a promise of the group might wait for ever.
fn lost_reactions(session: &Session, group: &GroupInner, request: Request) {
    abort(session, &RunError::Terminated(request), |function| function.context.group.id == group.id);
}

/// Tells those who wait for a promise that it may never settle.
pub(crate) fn abort(session: &Session, why: &RunError, who: impl Fn(&Function) -> bool) {
    // SAFETY: this thread holds the isolate and no JS runs. No borrow of the table outlives its statement: whoever is told
    // may run code of the user's (wakers, drops).
    let ids = unsafe { session.core().state.get() }.functions.ids(who);
    for id in ids {
        // SAFETY: as above.
        let function = unsafe { session.core().state.get() }.functions.get(id).map(std::ptr::from_ref);
        if let Some(function) = function {
            // SAFETY: entries are boxed and removed only at the edge of a turn, by this thread.
            session.core().guarded(|| unsafe { &*function }.code.abort(session.core(), why));
        }
    }
}

/// Runs a batch of the isolate's foreground tasks, and the microtasks that they may have queued in any group.
fn tasks(session: &mut Session) {
    // SAFETY: this thread holds the isolate, and the clone ends the borrow before JS runs.
    let groups = unsafe { session.core().state.get() }.groups.clone();
    stay(session, &groups, TASK_BATCH, session.core().options.turn_limit);
    if session.core().has_tasks() {
        session.core().request_housekeeping();
    }
}

/// A stay of the runtime's own: foreground tasks and checkpoints, with a record and limits like a turn's.
fn stay(session: &mut Session, groups: &[Arc<GroupInner>], batch: usize, limit: Option<Duration>) {
    let core = session.core();
    let here = Location::caller();
    begin_limited(session, Kind::Housekeeping, 0, Some(0), (here, None), limit);
    let state = TurnState::new(core, None, None, 0, here);
    let mut queue_of_request = None;
    {
        let _current = state.enter();
        for _ in 0..batch {
            // The rest wait for a stay of their own, which the caller asks for.
            if core.termination.is_killed() {
                break;
            }
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
pub(crate) fn turn(session: &mut Session) {
    // SAFETY: this thread holds the isolate, and the clone ends the borrow before JS runs.
    let groups = unsafe { session.core().state.get() }.groups.clone();
    stay(session, &groups, TASK_BATCH, session.core().options.turn_limit);
    if session.core().has_tasks() || !session.core().deletes.is_empty() {
        session.core().request_housekeeping();
    }
}

/// The isolate's last turn: whatever belongs to it is dropped here, under its lock.
pub(crate) fn last(session: &mut Session) {
    let core = session.core();
    // What is dropped below may ask for a turn somewhere else: it is told that it is inside one.
    let state = TurnState::new(core, None, None, 0, Location::caller());
    let _current = state.enter();
    let why = core.liveness.check().err();
    // SAFETY: this thread holds the isolate, and nothing below runs JS.
    let mut contexts: Vec<_> = unsafe { core.state.get_mut() }.contexts.values().cloned().collect();
    // The youngest ends first.
    contexts.sort_unstable_by_key(|context| std::cmp::Reverse(context.id));
    for context in contexts {
        if let Some(obituary) = why {
            context.end(Why::IsolateShutDown, obituary.at);
        }
        end_context(session, &context);
    }
    // SAFETY: this thread holds the isolate, and no reference stays while a value is dropped.
    unsafe { affine::end_list(&core.own) };
    if let Engine::Pinned(_) = core.engine {
        // SAFETY: this is the edge of a turn, on the home thread.
        unsafe { thread_home::end_here(core) };
    }
    for doomed in core.deletes.close() {
        session.core().guarded(|| delete(session, doomed));
    }
    // SAFETY: as above. The borrow ends before the rejections are dropped.
    let rejections = std::mem::take(&mut unsafe { core.state.get_mut() }.rejections);
    drop(rejections);
}

/// Drops what was dropped elsewhere.
#[inline]
pub(crate) fn delete_doomed(session: &Session) {
    if !session.core().deletes.is_empty() {
        delete_all(session);
    }
    // SAFETY: this is the edge of a turn.
    unsafe { thread_home::drain() };
}

fn delete_all(session: &Session) {
    for doomed in session.core().deletes.drain() {
        session.core().guarded(|| delete(session, doomed));
    }
}

/// Drops the user's values one by one: a panic is reported, and spares the others.
pub(crate) fn drop_each<T>(session: &Session, values: impl IntoIterator<Item = T>) {
    for value in values {
        session.core().guarded(|| drop(value));
    }
}

fn delete(session: &Session, doomed: Doomed) {
    match doomed {
        Doomed::Root(root) => {
            // SAFETY: this thread holds the isolate.
            unsafe { root.reset() };
            session.core().counters.roots.fetch_sub(1, Ordering::Relaxed);
        }
        Doomed::Context(context) => end_context(session, &context),
        // SAFETY: this thread holds the isolate, at the edge of a turn.
        Doomed::Own(own) => unsafe { affine::end_slot(&own, Why::Dropped) },
        Doomed::Function(id) => {
            // SAFETY: this thread holds the isolate and is at the edge of a turn: no function is being called. The borrow
            // ends before what was removed is dropped.
            let functions = unsafe { &mut session.core().state.get_mut().functions };
            let removed = functions.remove(id);
            session.core().counters.functions.store(functions.len(), Ordering::Relaxed);
            drop(removed);
        }
        Doomed::Finalizer(id) => {
            // SAFETY: as above.
            let removed = unsafe { session.core().state.get_mut() }.finalizers.remove(id);
            drop(removed);
        }
        Doomed::Stored(stored) => stored.release(),
        Doomed::Captures(captures) => drop(captures),
    }
}
