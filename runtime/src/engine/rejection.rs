//! What JS threw and nobody caught: rejected promises without a handler, and exceptions outside every call of ours.

use super::{context::ContextInner, core::Session, exception, lock::Lock, report::Report, state::TurnState};
use crate::v8;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
};

/// The private property of a context's global object that holds the context's number.
const MARK: &str = "isolock.context";

/// A promise that was rejected without a handler, in the turn under way.
pub(crate) struct Rejection {
    promise: v8::Global<v8::Promise>,
    value: v8::Global<v8::Value>,
    context: u64,
}

/// Marks a new context, so that its promises can be told from others'.
pub(crate) fn mark(scope: &v8::PinScope<'_, '_>, context: v8::Local<'_, v8::Context>, id: u64) {
    let Some(name) = v8::String::new(scope, MARK) else { return };
    let key = v8::Private::for_api(scope, Some(name));
    #[allow(clippy::cast_precision_loss, reason = "contexts are counted from 1")]
    let number = v8::Number::new(scope, id as f64);
    context.global(scope).set_private(scope, key, number.into());
}

/// The number of the context that a promise was made in.
pub(crate) fn marked(scope: &v8::PinScope<'_, '_>, promise: v8::Local<'_, v8::Promise>) -> Option<u64> {
    mark_of(scope, promise.get_creation_context(scope)?)
}

/// The number that a context was marked with.
pub(crate) fn mark_of(scope: &v8::PinScope<'_, '_>, context: v8::Local<'_, v8::Context>) -> Option<u64> {
    let key = v8::Private::for_api(scope, Some(v8::String::new(scope, MARK)?));
    let number = context.global(scope).get_private(scope, key)?.number_value(scope)?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`mark` put a whole number there")]
    let id = number as u64;
    (id != 0).then_some(id)
}

/// V8's callback.
pub(crate) unsafe extern "C" fn on_reject(message: v8::PromiseRejectMessage<'_>) {
    let done = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: V8 calls with an entered isolate and context; no handle made here leaves the callback.
        let scope = pin!(unsafe { v8::CallbackScope::new(&message) });
        let scope = scope.init();
        let scope: &v8::PinScope<'_, '_> = &scope;
        TurnState::with_current(|state| {
            if let Some(state) = state
                && message.get_event() == v8::PromiseRejectEvent::PromiseRejectWithNoHandler
                && let Some(value) = message.get_value()
            {
                let promise = message.get_promise();
                let rejection = Rejection {
                    promise: v8::Global::new(scope, promise),
                    value: v8::Global::new(scope, value),
                    context: marked(scope, promise).unwrap_or(0),
                };
                // SAFETY: this thread holds the isolate, and nothing runs while the reference is alive.
                unsafe { state.core().state.get_mut() }.rejections.push(rejection);
            }
        });
    }));
    if done.is_err() {
        std::process::abort();
    }
}

/// V8's callback for an exception that no `TryCatch` caught. Without one V8 would print it.
pub(crate) unsafe extern "C" fn on_uncaught(message: v8::Local<'_, v8::Message>, _value: v8::Local<'_, v8::Value>) {
    let done = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: V8 calls with an entered isolate and context; no handle made here leaves the callback.
        let scope = pin!(unsafe { v8::CallbackScope::new(message) });
        let scope = scope.init();
        let scope: &v8::PinScope<'_, '_> = &scope;
        TurnState::with_current(|state| {
            if let Some(state) = state {
                let core = state.core();
                let text = message.get(scope).to_rust_string_lossy(scope);
                let position = exception::position(scope, message);
                (core.runtime.reporter)(&Report::Uncaught { isolate: core.id, message: text, position });
            }
        });
    }));
    // The reporter is the embedder's: its panic must neither unwind into V8 nor end somebody's turn.
    drop(done);
}

/// Reports what nobody handled by the end of a turn.
pub(crate) fn report(lock: &mut Lock<'_>) {
    // SAFETY: a lock is proof of the hold; the list is taken out before anything runs.
    let rejections = std::mem::take(unsafe { &mut lock.core().state.get_mut().rejections });
    for rejection in rejections {
        lock.scope(|lock| one(lock, &rejection));
    }
}

fn one(lock: &mut Lock<'_>, rejection: &Rejection) {
    // Handled since: by a later `then`, or because somebody follows it.
    if v8::Local::new(lock, &rejection.promise).has_handler() {
        return;
    }
    let value = v8::Local::new(lock, &rejection.value);
    // Without the value: reports may be kept.
    let error = exception::from_value(lock, value);
    let core = lock.core();
    let context = if rejection.context == 0 { lock.context_inner().id } else { rejection.context };
    core.tell(&Report::UnhandledRejection { isolate: core.id, context, error });
}

/// The same after a stay of the runtime's own, which is in no context.
pub(crate) fn report_outside(session: &mut Session, state: &TurnState) {
    // SAFETY: this thread holds the isolate; the list is taken out before anything runs.
    let isolate_state = unsafe { session.core().state.get_mut() };
    let rejections = std::mem::take(&mut isolate_state.rejections);
    for rejection in rejections {
        // SAFETY: as above; the clone ends the borrow.
        let contexts = unsafe { &session.core().state.get().contexts };
        let context: Option<Arc<ContextInner>> = contexts.get(&rejection.context).cloned();
        let Some(context) = context else { continue };
        // SAFETY: this thread holds the isolate; a context is ended only at the edge of a turn.
        let Some(global) = (unsafe { context.v8.get() }) else { continue };
        let scope = pin!(v8::HandleScope::new(session.isolate()));
        let mut scope = scope.init();
        let local = v8::Local::new(&scope, global);
        let scope = &mut v8::ContextScope::new(&mut scope, local);
        one(&mut Lock::new(scope, state, &context), &rejection);
    }
}
