//! From V8 into the module map. Nothing unwinds out of here (rule R10).

use super::{
    super::{
        arguments::Arguments,
        callback::{self, ErasedFn},
        context::ContextInner,
        error::RunError,
        js_error::Position,
        lock::Lock,
        promise, rejection,
        state::TurnState,
        thrown::{Outcome, Thrown},
    },
    compile::{Refusal, kind, pairs},
    import::{ForJs, Target, import},
    map::{self, Key},
    resolve,
};
use crate::protocol::turn_record::Kind;
use crate::v8;
use std::{
    panic::{AssertUnwindSafe, Location, catch_unwind},
    pin::pin,
    sync::Arc,
};

/// Runs `f` as this crate's own code, which does not panic; what is the user's is caught where it is called.
fn no_unwind<R>(f: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|_| std::process::abort())
}

/// The record of the context that V8 names. `None` if it has ended.
fn record(
    scope: &v8::PinScope<'_, '_>,
    state: &TurnState,
    context: v8::Local<'_, v8::Context>,
) -> Option<Arc<ContextInner>> {
    let id = rejection::mark_of(scope, context)?;
    // SAFETY: this thread holds the isolate; the clone ends the borrow.
    unsafe { state.core().state.get() }.contexts.get(&id).cloned()
}

/// Runs `f` with a lock for the context that V8 names.
fn with_lock<'s, R>(
    scope: &mut v8::PinScope<'s, '_>,
    context: v8::Local<'s, v8::Context>,
    f: impl FnOnce(&mut Lock<'s>) -> Option<R>,
) -> Option<R> {
    TurnState::with_current(|state| {
        let state = state?;
        let record = record(scope, state, context)?;
        f(&mut Lock::new(scope, state, &record))
    })
}

/// V8 links a module, and asks for one of those that it imports. They are all in the map.
pub(super) fn resolve<'s>(
    context: v8::Local<'s, v8::Context>,
    specifier: v8::Local<'s, v8::String>,
    attributes: v8::Local<'s, v8::FixedArray>,
    referrer: v8::Local<'s, v8::Module>,
) -> Option<v8::Local<'s, v8::Module>> {
    no_unwind(|| {
        // SAFETY: V8 calls with an entered isolate and context; the handle that leaves is V8's to take.
        let scope = pin!(unsafe { v8::CallbackScope::new(context) });
        let mut scope = scope.init();
        let scope: &mut v8::PinScope<'s, '_> = &mut scope;
        let text = specifier.to_rust_string_lossy(scope);
        let found = with_lock(scope, context, |lock| {
            let key = Key::new(&text, kind(&pairs(lock, attributes, 3)).ok()?);
            let id = map::with(lock, |map| map.follow(map.find_module(referrer)?, key))?;
            Some(map::module(lock, id))
        });
        if found.is_none()
            && let Some(text) = v8::String::new(scope, &format!("module \"{text}\" is not loaded"))
        {
            let error = v8::Exception::type_error(scope, text);
            scope.throw_exception(error);
        }
        found
    })
}

/// V8 evaluates a module whose exports are there already.
pub(super) fn evaluate_synthetic<'s>(
    context: v8::Local<'s, v8::Context>,
    module: v8::Local<'s, v8::Module>,
) -> Option<v8::Local<'s, v8::Value>> {
    no_unwind(|| {
        // SAFETY: see `resolve`.
        let scope = pin!(unsafe { v8::CallbackScope::new(context) });
        let mut scope = scope.init();
        let scope: &mut v8::PinScope<'s, '_> = &mut scope;
        with_lock(scope, context, |lock| {
            let exports = map::with(lock, |map| {
                let record = map.record(map.find_module(module)?);
                let local = |(name, value): &(Arc<str>, _)| (name.clone(), v8::Local::new(lock, value));
                Some(record.exports.iter().map(local).collect::<Vec<_>>())
            })?;
            for (name, value) in exports {
                let name = lock.string(&name).ok()?;
                module.set_synthetic_module_export(lock.scope_mut(), name, value)?;
            }
            let resolver = v8::PromiseResolver::new(lock)?;
            let done = lock.undefined();
            resolver.resolve(lock, done)?;
            Some(resolver.get_promise(lock).into())
        })
    })
}

/// V8 makes the `import.meta` of a module.
pub(crate) unsafe extern "C" fn on_import_meta(
    context: v8::Local<'_, v8::Context>,
    module: v8::Local<'_, v8::Module>,
    meta: v8::Local<'_, v8::Object>,
) {
    no_unwind(|| {
        // SAFETY: see `resolve`; no handle made here leaves the callback.
        let scope = pin!(unsafe { v8::CallbackScope::new(context) });
        let mut scope = scope.init();
        let scope: &mut v8::PinScope<'_, '_> = &mut scope;
        // Without it the module sees an empty object: its context has ended.
        let _ = with_lock(scope, context, |lock| fill_meta(lock, module, meta));
    });
}

fn fill_meta<'s>(
    lock: &mut Lock<'s>,
    module: v8::Local<'s, v8::Module>,
    meta: v8::Local<'s, v8::Object>,
) -> Option<()> {
    let name = map::with(lock, |map| map.find_module(module).map(|id| map.record(id).name.clone()))?;
    let url = lock.string(&name).ok()?;
    let key = lock.string("url").ok()?;
    meta.create_data_property(lock, key.into(), url.into())?;
    let function = callback::make_collected(lock, "resolve", 1, Box::new(MetaResolve { referrer: name })).ok()?;
    let key = lock.string("resolve").ok()?;
    meta.create_data_property(lock, key.into(), function.into())?;
    Some(())
}

/// `import.meta.resolve`.
struct MetaResolve {
    referrer: Arc<str>,
}

impl ErasedFn for MetaResolve {
    fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s> {
        let specifier: String = args.get(lock, 0, "specifier")?;
        match resolve::for_code(lock, specifier, &self.referrer) {
            Ok(name) => Ok(lock.string(&name)?.into()),
            Err(failure) => Err(failure.into_thrown()),
        }
    }
}

/// JS calls `import()`. A named generic function, because V8's handles must have one and the same lifetime.
pub(crate) fn on_import<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    _options: v8::Local<'s, v8::Data>,
    referrer: v8::Local<'s, v8::Value>,
    specifier: v8::Local<'s, v8::String>,
    attributes: v8::Local<'s, v8::FixedArray>,
) -> Option<v8::Local<'s, v8::Promise>> {
    no_unwind(|| {
        TurnState::with_current(|state| {
            let state = state?;
            let context = scope.get_current_context();
            let Some(record) = record(scope, state, context) else {
                callback::refused(state, Location::caller());
                return reject_plain(scope, "this code belongs to no context, or to one that has ended");
            };
            let mut lock = Lock::new(scope, state, &record);
            if let Err(gone) = record.check() {
                if let RunError::Gone(gone) = &gone {
                    callback::refused(state, gone.obituary.at);
                }
                return reject(&mut lock, Thrown::type_error(gone.to_string()));
            }
            begin(&mut lock, referrer, specifier, attributes)
        })
    })
}

fn begin<'s>(
    lock: &mut Lock<'s>,
    referrer: v8::Local<'s, v8::Value>,
    specifier: v8::Local<'s, v8::String>,
    attributes: v8::Local<'s, v8::FixedArray>,
) -> Option<v8::Local<'s, v8::Promise>> {
    let specifier = specifier.to_rust_string_lossy(lock);
    let referrer = referrer.to_rust_string_lossy(lock);
    let kind = match kind(&pairs(lock, attributes, 2)) {
        Ok(kind) => kind,
        Err(Refusal::Key(message) | Refusal::Type(message)) => {
            return reject(lock, Thrown::type_error(format!("can't import \"{specifier}\": {message}")));
        }
    };
    let position = caller(lock, &referrer);
    let target = Target::specifier(&specifier, kind, Some((referrer, position)));
    let at = lock.entered();
    let body =
        |event, (target, at): (Target, At)| async move { ForJs(import(event, Kind::Resume, at.0, target).await) };
    match promise::begin(lock, "import", (target, At(at)), body, at) {
        Ok(promise) => Some(promise),
        // Nothing is thrown while the turn is being terminated.
        Err(_) if lock.check().is_err() => None,
        Err(error) => reject(lock, error.into()),
    }
}

/// The call that the turn was entered by.
struct At(&'static Location<'static>);
impl super::super::portable::Portable for At {}

/// Where JS is, if that is in the code that V8 says is importing.
fn caller(lock: &Lock<'_>, referrer: &str) -> Option<Position> {
    let frame = v8::StackTrace::current_stack_trace(lock, 1)?.get_frame(lock, 0)?;
    let position =
        Position { resource: referrer.to_owned(), line: frame.get_line_number(), column: frame.get_column() };
    let here = frame.get_script_name(lock)?.to_rust_string_lossy(lock) == referrer;
    here.then_some(position)
}

fn reject<'s>(lock: &mut Lock<'s>, thrown: Thrown<'s>) -> Option<v8::Local<'s, v8::Promise>> {
    if lock.check().is_err() {
        return None;
    }
    let resolver = v8::PromiseResolver::new(lock)?;
    let value = thrown.into_value(lock);
    resolver.reject(lock, value)?;
    Some(resolver.get_promise(lock))
}

/// The same without a context of ours.
fn reject_plain<'s>(scope: &v8::PinScope<'s, '_>, text: &str) -> Option<v8::Local<'s, v8::Promise>> {
    if scope.is_execution_terminating() {
        return None;
    }
    let resolver = v8::PromiseResolver::new(scope)?;
    let text = v8::String::new(scope, &format!("{}: {text}", crate::rules::R3))?;
    let error = v8::Exception::type_error(scope, text);
    resolver.reject(scope, error)?;
    Some(resolver.get_promise(scope))
}
