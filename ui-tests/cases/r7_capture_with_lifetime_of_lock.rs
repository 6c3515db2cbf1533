// R7 no-escape: a host function captures a list for handles of its turns

use isolock::prelude::*;
use isolock::v8;
use std::sync::Mutex;

#[isolate_fn]
fn on<'s>(
    _lock: &mut Lock<'s>,
    #[capture] handlers: &Mutex<Vec<v8::Local<'s, v8::Function>>>,
    handler: v8::Local<'s, v8::Function>,
) {
    handlers.lock().unwrap().push(handler);
}

fn main() {}
