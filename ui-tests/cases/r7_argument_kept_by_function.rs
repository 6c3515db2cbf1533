// R7 no-escape: a JS function keeps the arguments of its calls
// The second error means the same as the first: what a JS function captures has to be `Sync` too, and a local is not.
// Keep `JsRoot<v8::Value>`s, made by `lock.root(arg)`.

use isolock::prelude::*;
use isolock::v8;
use std::sync::{Arc, Mutex};

type Calls = Arc<Mutex<Vec<Vec<v8::Local<'static, v8::Value>>>>>;

fn spy(lock: &mut Lock<'_>, calls: Calls) -> Result<(), RunError> {
    let spy = lock.function("spy", (calls,), |_lock, (calls,), args| calls.lock().unwrap().push(args))?;
    lock.set_global("spy", spy)
}

fn main() {}
