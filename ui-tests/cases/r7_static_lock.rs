// R7 no-escape: a host function asks for a lock that lives for ever

use isolock::prelude::*;
use isolock::v8;

#[isolate_fn]
fn on(lock: &mut Lock<'static>, handler: v8::Local<'static, v8::Function>) {
    handler.call(lock, lock.undefined(), &[]);
}

fn main() {}
