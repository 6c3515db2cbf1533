// R7 no-escape: a JS function made from a closure returns its argument as it is
// The lifetime error means: the result of `lock.function` may not be bound to one call, and a local is. Return the root
// itself, or make the function with `lock.function_with`, whose body gives a local: `Ok(args.value(0))`.

use isolock::{prelude::*, v8};

fn install(lock: &mut Lock<'_>) -> Result<(), RunError> {
    let first = lock.function("first", (), |lock, (), (first,): (JsRoot<v8::Value>,)| first.get(lock))?;
    lock.set_global("first", first)
}

fn main() {}
