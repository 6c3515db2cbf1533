//! Scripts and calls.

use super::{error::RunError, js_error::JsError, lock::Lock};
use crate::v8;

/// Where a script or module comes from, for V8's messages.
pub(crate) fn origin<'s>(lock: &Lock<'s>, name: &str, is_module: bool) -> Result<v8::ScriptOrigin<'s>, RunError> {
    let name = lock.string(name)?.into();
    Ok(v8::ScriptOrigin::new(lock, name, 0, 0, false, -1, None, false, false, is_module, None))
}

/// Compiles and runs a script.
pub(crate) fn eval<'s>(lock: &mut Lock<'s>, source: &str) -> Result<v8::Local<'s, v8::Value>, RunError> {
    let source = lock.string(source)?;
    let origin = origin(lock, "<eval>", false)?;
    lock.try_catch(|lock| v8::Script::compile(lock, source, Some(&origin))?.run(lock))
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
