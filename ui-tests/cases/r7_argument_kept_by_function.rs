// R7 no-escape: a JS function keeps the arguments of its calls
// Keep `JsRoot<v8::Value>`s, made by `lock.root(arg)`.

use isolock::prelude::*;
use isolock::v8;
use std::sync::{Arc, Mutex};

type Calls = Arc<Mutex<Vec<Vec<v8::Local<'static, v8::Value>>>>>;

fn spy(lock: &mut Lock<'_>, calls: Calls) -> Result<(), RunError> {
    let spy = lock.function_with("spy", (calls,), |lock, (calls,), args| {
        calls.lock().unwrap().push(args.all());
        Ok(lock.undefined())
    })?;
    lock.set_global("spy", spy)
}

fn main() {}
