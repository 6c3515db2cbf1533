// R7 no-escape: a host function's bound makes what a call is lent outlive the turn

use isolock::{prelude::*, v8};

#[isolate_fn]
fn tag<'s, 'c: 's>(lock: &mut Lock<'s>, #[capture] prefix: &'c String, value: v8::Local<'s, v8::Value>) -> String {
    format!("{prefix}{}", value.to_rust_string_lossy(lock))
}

fn main() {}
