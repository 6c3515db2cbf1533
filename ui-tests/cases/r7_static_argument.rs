// R7 no-escape: a host function asks for an argument that lives for ever

use isolock::prelude::*;
use isolock::v8;

#[isolate_fn]
fn on(_lock: &mut Lock<'_>, handler: v8::Local<'static, v8::Function>) -> bool {
    handler.is_async_function()
}

fn main() {}
