// R7 no-escape: a JS function wants its argument as a local
// "Not general enough" means: the typed arguments of `lock.function` are values of Rust, and no local is one for every turn.
// Take a `JsRoot`, or use `lock.function_with`: `args.get::<v8::Local<'_, v8::Object>>(lock, 0, "options")?`.

use isolock::{prelude::*, v8};

fn install(lock: &mut Lock<'_>) -> Result<(), RunError> {
    let is_open = lock.function("isOpen", (), |_lock, (), (options,): (v8::Local<'_, v8::Object>,)| options.is_object())?;
    lock.set_global("isOpen", is_open)
}

fn main() {}
