// R7 no-escape: a host function wants a capture to live as long as the turn

use isolock::{prelude::*, v8};

#[isolate_fn]
fn tag<'s>(lock: &mut Lock<'s>, #[capture] prefix: &'s String, value: v8::Local<'s, v8::Value>) -> String {
    format!("{prefix}{}", value.to_rust_string_lossy(lock))
}

fn main() {}
