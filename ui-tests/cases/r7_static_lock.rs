// R7 no-escape: a host function asks for a lock that lives for ever
// E0521 means: no lock lives for ever. Give lock and locals the lifetime of the turn: `fn on<'s>(lock: &mut Lock<'s>,
// handler: v8::Local<'s, v8::Function>)`.

use isolock::prelude::*;
use isolock::v8;

#[isolate_fn]
fn on(lock: &mut Lock<'static>, handler: v8::Local<'static, v8::Function>) {
    handler.call(lock, lock.undefined(), &[]);
}

fn main() {}
