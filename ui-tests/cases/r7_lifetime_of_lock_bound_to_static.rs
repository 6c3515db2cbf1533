// R7 no-escape: a host function bounds the lifetime of its lock by `'static`

use isolock::prelude::*;
use isolock::v8;
use std::cell::Cell;

thread_local! {
    static HANDLER: Cell<Option<v8::Local<'static, v8::Function>>> = const { Cell::new(None) };
}

#[isolate_fn]
fn on<'s: 'static>(_lock: &mut Lock<'s>, handler: v8::Local<'s, v8::Function>) {
    HANDLER.set(Some(handler));
}

fn main() {}
