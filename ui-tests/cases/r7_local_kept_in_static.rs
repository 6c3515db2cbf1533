// R7 no-escape: a local is kept in a static
// E0277 means: every thread sees a static, and a local belongs to the turn of one. E0521: it lives as long as its
// turn (`'s`), the static for ever. Keep a `JsRoot<v8::Function>`, made by `lock.root(handler)`.

use isolock::prelude::*;
use isolock::v8;
use std::sync::Mutex;

static HANDLER: Mutex<Option<v8::Local<'static, v8::Function>>> = Mutex::new(None);

#[isolate_fn]
fn on<'s>(_lock: &mut Lock<'s>, handler: v8::Local<'s, v8::Function>) {
    *HANDLER.lock().unwrap() = Some(handler);
}

fn main() {}
