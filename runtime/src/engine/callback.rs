//! From V8 into host functions. Nothing unwinds out of here (rule R10).

use super::{
    arguments::Arguments,
    core::IsolateCore,
    error::RunError,
    finalizer,
    lock::Lock,
    report::panic_message,
    state::TurnState,
    table::Function,
    thrown::{Outcome, Thrown},
};
use crate::{
    protocol::termination::{Address, Request},
    rules, v8,
};
use std::{
    panic::{AssertUnwindSafe, Location, catch_unwind},
    sync::atomic::Ordering,
};

/// A host function, whatever its types.
pub(crate) trait ErasedFn: Send {
    fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s>;

    /// It waits for a promise that may never settle now.
    fn abort(&self, _core: &IsolateCore, _why: &RunError) {}

    /// The context of the promise that it waits for, if that is another than its own.
    fn waits_for(&self) -> Option<u64> {
        None
    }
}

/// Makes a JS function of `code`, for the lock's context, which JS may keep: the code is dropped after JS let go of it.
pub(crate) fn make_collected<'s>(
    lock: &mut Lock<'s>,
    name: &'static str,
    length: i32,
    code: Box<dyn ErasedFn>,
) -> Result<v8::Local<'s, v8::Function>, RunError> {
    let id = add(lock, name, code)?;
    let function = build(lock, name, length, number(id))?;
    // If V8 refuses (the turn is being terminated), it is dropped with its context.
    let _ = finalizer::watch(lock, function.into(), number(id));
    Ok(function)
}

/// Makes a reaction to a promise: it is called once, or never, or after whoever waits has gone. Gives its number in the
/// table, too.
pub(crate) fn make_reaction<'s>(
    lock: &mut Lock<'s>,
    name: &'static str,
    code: Box<dyn ErasedFn>,
) -> Result<(v8::Local<'s, v8::Function>, u64), RunError> {
    let id = add(lock, name, code)?;
    // Negative: nobody wonders when it is gone.
    Ok((build(lock, name, 1, -number(id) - 1.0)?, id))
}

fn add(lock: &mut Lock<'_>, name: &'static str, code: Box<dyn ErasedFn>) -> Result<u64, RunError> {
    let context = lock.context_inner().clone();
    // SAFETY: a lock is proof of the hold; the reference ends before anything else runs.
    let table = unsafe { &mut lock.core().state.get_mut().functions };
    let id = table.add(Function { context, name, code }).ok_or(RunError::Refused("there are too many functions"));
    lock.core().counters.functions.store(table.len(), Ordering::Relaxed);
    id
}

/// Numbers of a table fit into the 53 bits that a JS number holds exactly.
#[allow(clippy::cast_precision_loss, reason = "see above")]
pub(crate) fn number(id: u64) -> f64 {
    id as f64
}

fn build<'s>(
    lock: &mut Lock<'s>,
    name: &'static str,
    length: i32,
    data: f64,
) -> Result<v8::Local<'s, v8::Function>, RunError> {
    let data = v8::Number::new(lock, data);
    let function = v8::Function::builder(trampoline)
        .data(data.into())
        .length(length)
        .constructor_behavior(v8::ConstructorBehavior::Throw)
        .build(lock)
        .ok_or(RunError::Refused("it made no function"))?;
    function.set_name(lock.string(name)?);
    Ok(function)
}

/// Every host function comes through here. A named generic function, because the lifetime of handles and arguments must be
/// one and the same.
fn trampoline<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    args: v8::FunctionCallbackArguments<'s>,
    mut result: v8::ReturnValue<'s, v8::Value>,
) {
    let done = catch_unwind(AssertUnwindSafe(|| {
        TurnState::with_current(|state| match state {
            Some(state) => dispatch(scope, state, args, &mut result),
            None => throw_plain(scope, &format!("{}: a host function was called outside a turn", rules::R1)),
        });
    }));
    if done.is_err() {
        // Only this crate's own code runs outside the inner catch; a panic there must not unwind into V8.
        std::process::abort();
    }
}

/// What a host function throws where no JavaScript may run.
pub(crate) const IN_NO_JS: &str = "a host function was called in a `no_js` scope";

fn dispatch<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &TurnState,
    args: v8::FunctionCallbackArguments<'s>,
    result: &mut v8::ReturnValue<'s, v8::Value>,
) {
    if state.is_js_forbidden() {
        return throw_plain(scope, IN_NO_JS);
    }
    let data = v8::Local::<v8::Number>::try_from(args.data()).map_or(-1.0, |id| id.value());
    let is_reaction = data < 0.0;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`build` put a whole number there")]
    let id = if is_reaction { -data - 1.0 } else { data } as u64;
    // SAFETY: this thread holds the isolate. Entries are boxed and removed only at the edge of a turn, so the function stays
    // where it is while it runs, whatever it adds to the table.
    let function = unsafe { state.core().state.get() }.functions.get(id).map(std::ptr::from_ref);
    let Some(function) = function else {
        if is_reaction {
            return;
        }
        refused(state, Location::caller());
        let text = format!("{}: the context of this host function has ended", rules::R3);
        return throw_plain(scope, &text);
    };
    // SAFETY: see above.
    let function = unsafe { &*function };
    let mut lock = Lock::new(scope, state, &function.context);
    let arguments = Arguments { function: function.name, raw: args };
    let outcome = match function.context.check() {
        Err(gone) => {
            if let RunError::Gone(gone) = &gone {
                refused(state, gone.obituary.at);
            }
            Err(Thrown::type_error(gone.to_string()))
        }
        Ok(()) => catch_unwind(AssertUnwindSafe(|| function.code.call(&mut lock, &arguments)))
            .unwrap_or_else(|payload| Err(Thrown::panicked(function.name, &panic_message(&*payload)))),
    };
    match outcome {
        Ok(value) => result.set(value),
        // Throwing would replace the termination, and a `catch` in JS would go on.
        Err(_) if state.core().termination.is_killed() || scope.is_execution_terminating() => {}
        Err(thrown) => {
            let value = thrown.into_value(&mut Lock::new(scope, state, &function.context));
            scope.throw_exception(value);
        }
    }
}

/// JS that goes on calling into a context that ended at `at` is ended, too.
pub(crate) fn refused(state: &TurnState, at: &'static Location<'static>) {
    if state.refuse_call() && state.core().termination.request(Address::Running, Request::ContextEnded(at)) {
        super::watchdog::get().note();
    }
}

fn throw_plain(scope: &mut v8::PinScope<'_, '_>, text: &str) {
    if let Some(text) = v8::String::new(scope, text)
        && !scope.is_execution_terminating()
    {
        let error = v8::Exception::type_error(scope, text);
        scope.throw_exception(error);
    }
}
