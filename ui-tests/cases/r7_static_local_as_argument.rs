// R7 no-escape: a host function takes a `Local<'static, _>`

use isolock::{prelude::*, v8};

#[isolate_fn]
fn is_function(value: v8::Local<'static, v8::Value>) -> bool {
    value.is_function()
}

fn main() {}
