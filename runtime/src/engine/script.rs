//! Scripts, modules and calls.

use super::{error::RunError, js_error::JsError, lock::Lock};
use crate::v8;

fn origin<'s>(lock: &Lock<'s>, name: &str, is_module: bool) -> Result<v8::ScriptOrigin<'s>, RunError> {
    let name = lock.string(name)?.into();
    Ok(v8::ScriptOrigin::new(lock, name, 0, 0, false, -1, None, false, false, is_module, None))
}

/// Compiles and runs a script.
pub(crate) fn eval<'s>(lock: &mut Lock<'s>, source: &str) -> Result<v8::Local<'s, v8::Value>, RunError> {
    let source = lock.string(source)?;
    let origin = origin(lock, "<eval>", false)?;
    lock.try_catch(|lock| v8::Script::compile(lock, source, Some(&origin))?.run(lock))
}

/// Compiles and evaluates a module. Gives the promise of its evaluation, and its namespace.
pub(crate) fn module<'s>(
    lock: &mut Lock<'s>,
    name: &str,
    source: &str,
) -> Result<(v8::Local<'s, v8::Value>, v8::Local<'s, v8::Object>), RunError> {
    let source = lock.string(source)?;
    let origin = origin(lock, name, true)?;
    let module = lock.try_catch(|lock| {
        v8::script_compiler::compile_module(lock, &mut v8::script_compiler::Source::new(source, Some(&origin)))
    })?;
    let requests: v8::Local<'s, v8::FixedArray> = module.get_module_requests();
    if requests.length() > 0 {
        return Err(type_error(format!("module `{name}` has imports, which are not supported: bundle it first")).into());
    }
    lock.try_catch(|lock| module.instantiate_module(lock, refuse_import))?;
    let promise = lock.try_catch(|lock| module.evaluate(lock))?;
    let namespace: v8::Local<'s, v8::Value> = module.get_module_namespace();
    let namespace = namespace.try_into().map_err(|_| RunError::Refused("a module without a namespace"))?;
    Ok((promise, namespace))
}

/// Never called: modules with imports are refused before they are instantiated.
#[allow(clippy::unnecessary_wraps, reason = "V8's signature")]
fn refuse_import<'s>(
    _context: v8::Local<'s, v8::Context>,
    _specifier: v8::Local<'s, v8::String>,
    _attributes: v8::Local<'s, v8::FixedArray>,
    _referrer: v8::Local<'s, v8::Module>,
) -> Option<v8::Local<'s, v8::Module>> {
    None
}

/// Calls a method by its name.
pub(crate) fn call_method<'s>(
    lock: &mut Lock<'s>,
    object: v8::Local<'s, v8::Object>,
    name: &str,
    arguments: &[v8::Local<'s, v8::Value>],
) -> Result<v8::Local<'s, v8::Value>, RunError> {
    let key = lock.string(name)?;
    let found = lock.try_catch(|lock| object.get(lock, key.into()))?;
    let Ok(function) = v8::Local::<v8::Function>::try_from(found) else {
        return Err(type_error(format!("`{name}` is no function but {}", lock.describe(found))).into());
    };
    lock.try_catch(|lock| function.call(lock, object.into(), arguments))
}

fn type_error(message: String) -> JsError {
    JsError::new("TypeError", message)
}
