//! From V8 into host functions. Nothing unwinds out of here (rule R10).

use super::{
    error::RunError,
    function::{Arguments, Function, Outcome, Thrown},
    lock::Lock,
    report::panic_message,
    state::TurnState,
};
use crate::{
    protocol::termination::{Address, Request},
    rules, v8,
};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};

/// A host function, whatever its types.
pub(crate) trait ErasedFn: Send {
    fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s>;

    /// It follows a promise that may never settle now.
    fn abort(&self, _why: &RunError) {}
}

/// Makes a JS function of `code`, for the lock's context. Gives its number in the table, too.
pub(crate) fn make<'s>(
    lock: &mut Lock<'s>,
    name: &'static str,
    length: i32,
    code: Box<dyn ErasedFn>,
) -> Result<(v8::Local<'s, v8::Function>, u64), RunError> {
    let context = lock.context_inner().clone();
    // SAFETY: a lock is proof of the hold; the reference ends before anything else runs.
    let table = unsafe { &mut lock.core().state.get_mut().functions };
    let id = table.add(Function { context, name, code }).ok_or(RunError::Refused("there are too many functions"))?;
    // Numbers of the table fit into the 53 bits that a JS number holds exactly.
    #[allow(clippy::cast_precision_loss, reason = "see above")]
    let data = v8::Number::new(lock, id as f64);
    let function = v8::Function::builder(trampoline)
        .data(data.into())
        .length(length)
        .constructor_behavior(v8::ConstructorBehavior::Throw)
        .build(lock)
        .ok_or(RunError::Refused("it made no function"))?;
    function.set_name(lock.string(name)?);
    Ok((function, id))
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
    let id = v8::Local::<v8::Number>::try_from(args.data()).map_or(-1.0, |id| id.value());
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`make` put a whole number there")]
    let id = id as u64;
    // SAFETY: this thread holds the isolate. Entries are boxed and removed only at the edge of a turn, so the function stays
    // where it is while it runs, whatever it adds to the table.
    let function = unsafe { state.core().state.get() }.functions.get(id).map(std::ptr::from_ref);
    let Some(function) = function else {
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
