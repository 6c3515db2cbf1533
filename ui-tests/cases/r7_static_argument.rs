// R7 no-escape: a host function asks for an argument that lives for ever
// E0521 means: no local lives for ever; this one lives as long as its turn. Write `v8::Local<'_, v8::Function>`.

use isolock::prelude::*;
use isolock::v8;

#[isolate_fn]
fn on(_lock: &mut Lock<'_>, handler: v8::Local<'static, v8::Function>) -> bool {
    handler.is_async_function()
}

fn main() {}
