// R7 no-escape: a JS function made from a closure returns its argument as it is
// "Not general enough" means: the closure's result may not be bound to one call, and a local is. Return
// `args.first().map(|arg| lock.root(*arg))`, or annotate a function: `fn first<'s>(lock: &mut Lock<'s>, arg:
// v8::Local<'s, v8::Value>) -> v8::Local<'s, v8::Value>`.

use isolock::prelude::*;

fn install(lock: &mut Lock<'_>) -> Result<(), RunError> {
    let first = lock.function("first", (), |_lock, (), args| args.first().copied())?;
    lock.set_global("first", first)
}

fn main() {}
