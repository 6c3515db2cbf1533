// R7 no-escape: a host function captures a local by value

use isolock::prelude::*;
use isolock::v8;

#[isolate_fn]
fn current(#[capture] settings: v8::Local<'static, v8::Object>) -> bool {
    settings.is_map()
}

fn main() {}
