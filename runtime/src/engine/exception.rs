//! From V8's exceptions to Rust errors.

use super::{
    error::RunError,
    js_error::{JsError, Kept, Position},
    lock::Lock,
    root::JsRoot,
};
use crate::v8;
use std::pin::pin;

/// How many causes of causes are followed.
const MAX_CAUSES: usize = 8;
/// How much of a value is shown in a message.
const MAX_SHOWN: usize = 60;

type Catch<'p, 'c, 's> = v8::PinnedRef<'p, v8::TryCatch<'c, 's, v8::HandleScope<'s>>>;

/// The error for what a `TryCatch` caught, with the value, which `keep` keeps.
pub(crate) fn caught<'s>(
    catch: &mut Catch<'_, '_, 's>,
    keep: impl FnOnce(&v8::PinScope<'s, '_>, v8::Local<'s, v8::Value>) -> JsRoot<v8::Value>,
) -> RunError {
    if catch.has_terminated() {
        return RunError::Refused("the turn is being terminated");
    }
    match catch.exception() {
        Some(value) => {
            // V8's message knows where it was thrown, also for values that are no errors.
            let thrown_at = catch.message().and_then(|message| position(catch, message));
            catch.reset();
            let error = JsError::from_scope(catch, value, 0);
            let kept = Kept(Some(keep(catch, value)));
            JsError { position: thrown_at.or(error.position), kept, ..error }.into()
        }
        None => RunError::Refused("it gave nothing, and no exception"),
    }
}

/// The error that a value is, whoever threw it, without the value. Reading it may run JS (getters, proxies), whose exceptions are dropped.
pub(crate) fn from_value<'s>(lock: &mut Lock<'s>, value: v8::Local<'s, v8::Value>) -> JsError {
    let catch = pin!(v8::TryCatch::new(lock.scope_mut()));
    let catch = catch.init();
    JsError::from_scope(&catch, value, 0)
}

impl JsError {
    fn from_scope<'s>(scope: &v8::PinScope<'s, '_>, value: v8::Local<'s, v8::Value>, depth: usize) -> Self {
        let Ok(object) = v8::Local::<v8::Object>::try_from(value) else {
            return Self {
                class: kind(value).to_owned(),
                // A symbol has no string, but a description.
                message: value
                    .to_detail_string(scope)
                    .map_or_else(String::new, |text| text.to_rust_string_lossy(scope)),
                stack: None,
                position: position(scope, v8::Exception::create_message(scope, value)),
                cause: None,
                kept: Kept::default(),
            };
        };
        // First: V8 forgets where an error was made once somebody has read its `stack`.
        let position = position(scope, v8::Exception::create_message(scope, value));
        let property = |name: &str| {
            let key = v8::String::new(scope, name)?;
            object.get(scope, key.into()).filter(|found| !found.is_undefined())
        };
        let text = |name: &str| property(name).map(|found| found.to_rust_string_lossy(scope));
        let cause = property("cause")
            .filter(|_| depth < MAX_CAUSES)
            .map(|cause| Box::new(Self::from_scope(scope, cause, depth + 1)));
        Self {
            class: object.get_constructor_name().to_rust_string_lossy(scope),
            message: text("message").unwrap_or_else(|| show(scope, value)),
            stack: text("stack"),
            position,
            cause,
            kept: Kept::default(),
        }
    }
}

pub(crate) fn position(scope: &v8::PinScope<'_, '_>, message: v8::Local<'_, v8::Message>) -> Option<Position> {
    let line = message.get_line_number(scope)?;
    let resource = message.get_script_resource_name(scope).filter(|name| !name.is_undefined())?;
    Some(Position { resource: resource.to_rust_string_lossy(scope), line, column: message.get_start_column() + 1 })
}

/// Describes a value for a message: its type, and what it is where that is short.
pub(crate) fn describe(scope: &v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> String {
    let kind = kind(value);
    if value.is_null_or_undefined() {
        return kind.to_owned();
    }
    if value.is_number() || value.is_boolean() || value.is_big_int() {
        return format!("{kind} {}", value.to_rust_string_lossy(scope));
    }
    if value.is_string() {
        return format!("{kind} {:?}", show(scope, value));
    }
    kind.to_owned()
}

fn kind(value: v8::Local<'_, v8::Value>) -> &'static str {
    let value = &*value;
    match () {
        () if value.is_undefined() => "undefined",
        () if value.is_null() => "null",
        () if value.is_boolean() => "boolean",
        () if value.is_number() => "number",
        () if value.is_big_int() => "bigint",
        () if value.is_string() => "string",
        () if value.is_symbol() => "symbol",
        () if value.is_function() => "function",
        () if value.is_array() => "array",
        () if value.is_promise() => "promise",
        () if value.is_typed_array() => "typed array",
        () if value.is_array_buffer() => "ArrayBuffer",
        () if value.is_native_error() => "error",
        () => "object",
    }
}

fn show(scope: &v8::PinScope<'_, '_>, value: v8::Local<'_, v8::Value>) -> String {
    let text = value.to_rust_string_lossy(scope);
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
