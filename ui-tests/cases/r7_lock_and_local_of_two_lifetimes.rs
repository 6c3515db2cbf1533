// R7 no-escape: a host function roots an argument, and its signature doesn't say that both are of one turn
// The message means: each `'_` is a lifetime of its own. Do what rustc proposes: one name for both, `<'s>`.

use isolock::prelude::*;
use isolock::v8;
use std::sync::Mutex;

#[isolate_fn]
fn on(
    lock: &mut Lock<'_>,
    #[capture] handlers: &Mutex<Vec<JsRoot<v8::Function>>>,
    handler: v8::Local<'_, v8::Function>,
) {
    handlers.lock().unwrap().push(lock.root(handler));
}

fn main() {}
