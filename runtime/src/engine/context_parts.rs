//! The V8 part of a context: made in its first turn, dropped at the edge of a turn after it ended.

use super::{
    affine,
    context::ContextInner,
    core::Session,
    error::RunError,
    group::GroupParts,
    heap_limit::HeapLimit,
    housekeeping::{abort, drop_each},
    rejection,
    turn::{begin_limited, end},
};
use crate::protocol::turn_record::Kind;
use crate::v8;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{Arc, atomic::Ordering},
};

/// Makes the V8 part of a context.
pub(crate) fn make_context(session: &mut Session, context: &Arc<ContextInner>) -> Result<(), RunError> {
    let core = session.core();
    // No JS of the user's runs, so there is no limit in time, and what follows has a turn of its own. In a context that is
    // adopted scripts may have replaced the classes that are used here.
    // SAFETY: this thread holds the isolate, and the reference ends here.
    let adopted = unsafe { context.given.get() }.is_some();
    let limit = core.options.turn_limit.filter(|_| adopted);
    begin_limited(session, Kind::Housekeeping, context.id, Some(0), (context.root.began(), None), limit);
    let made = make(session, context);
    let request = end(session);
    let made = made?;
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

fn make(session: &mut Session, context: &ContextInner) -> Result<v8::Global<v8::Context>, RunError> {
    HeapLimit::watch(session);
    // SAFETY: this thread holds the isolate, and the first turn comes once.
    let given = unsafe { context.given.get_mut() }.take();
    if let Some(given) = &given {
        check_given(session, given)?;
    }
    // SAFETY: this thread holds the isolate and no JS runs.
    let group = unsafe { context.group.v8.get_mut() };
    if group.parts.is_none() {
        let microtasks = v8::MicrotaskQueue::new(session.isolate(), v8::MicrotasksPolicy::Explicit);
        let scope = pin!(v8::HandleScope::new(session.isolate()));
        let scope = scope.init();
        // V8 compares tokens by identity, and no two symbols are the same.
        let token: v8::Local<'_, v8::Value> = v8::Symbol::new(&scope, None).into();
        group.generation += 1;
        group.parts = Some(GroupParts { microtasks, token: v8::Global::new(&scope, token) });
    }
    group.members += 1;
    let parts = group.parts.as_ref().expect("made above");
    let scope = pin!(v8::HandleScope::new(session.isolate()));
    let mut scope = scope.init();
    let queue: *const v8::MicrotaskQueue = &*parts.microtasks;
    let local = match given {
        None => v8::Context::new(
            &scope,
            v8::ContextOptions { microtask_queue: Some(queue.cast_mut()), ..Default::default() },
        ),
        Some(given) => {
            let local = v8::Local::new(&scope, given);
            local.set_microtask_queue(&parts.microtasks);
            local
        }
    };
    let token = v8::Local::new(&scope, &parts.token);
    local.set_security_token(token);
    let scope = &mut v8::ContextScope::new(&mut scope, local);
    rejection::mark(scope, local, context.id);
    // SAFETY: this thread holds the isolate, and nobody else knows the context yet.
    unsafe { context.finalizers.get_mut() }.begin(scope, context.id);
    Ok(v8::Global::new(scope, local))
}

/// Refuses a context that isn't this isolate's, is taken already, or has lost its global object.
fn check_given(session: &mut Session, given: &v8::Global<v8::Context>) -> Result<(), RunError> {
    let core = session.core();
    let scope = pin!(v8::HandleScope::new(session.isolate()));
    let mut scope = scope.init();
    // The crate compares a global's isolate with the scope's, says so by panicking, and has no way to ask.
    let local = catch_unwind(AssertUnwindSafe(|| v8::Local::new(&scope, given)))
        .map_err(|_| RunError::Refused("the context to adopt belongs to another isolate"))?;
    if local.get_microtask_queue().is_none() {
        return Err(RunError::Refused("the context to adopt has lost its global object"));
    }
    let scope = &mut v8::ContextScope::new(&mut scope, local);
    let taken = rejection::mark_of(scope, local);
    // SAFETY: this thread holds the isolate and no JS runs.
    if taken.is_some_and(|id| unsafe { core.state.get() }.contexts.contains_key(&id)) {
        return Err(RunError::Refused("the context was adopted before"));
    }
    Ok(())
}

/// Drops the V8 part of a context that ended.
pub(crate) fn end_context(session: &Session, context: &ContextInner) {
    let core = session.core();
    // The embedder's values go first: what they have of V8's is still there.
    // SAFETY: this thread holds the isolate and is at the edge of a turn.
    unsafe { affine::end_list(&context.own) };
    // SAFETY: this thread holds the isolate and is at the edge of a turn: no JS and no host function runs.
    let Some(global) = unsafe { context.v8.get_mut() }.take() else { return };
    drop(global);
    // SAFETY: as above.
    unsafe { context.finalizers.get_mut() }.end();
    // SAFETY: as above.
    let state = unsafe { core.state.get_mut() };
    let functions = state.functions.remove_context(context.id);
    core.counters.functions.store(state.functions.len(), Ordering::Relaxed);
    let finalizers = state.finalizers.remove_context(context.id);
    // SAFETY: as above. Modules hold V8's handles, which have to be dropped here, and the loader with its captures.
    let modules = std::mem::take(unsafe { context.modules.map.get_mut() });
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
    drop_each(session, functions);
    drop_each(session, finalizers);
    // Those of other contexts who wait for its promises: who should settle them?
    if let Err(gone) = context.check() {
        abort(session, &gone, |function| function.code.waits_for() == Some(context.id));
    }
    drop_each(session, [modules]);
    drop(kept);
}
