// R7 no-escape: a host function has a lifetime of its own for a value of the turn

use isolock::{prelude::*, v8};

#[isolate_fn]
fn same<'s, 'v>(lock: &mut Lock<'s>, value: v8::Local<'v, v8::Value>) -> bool {
    let undefined = lock.undefined();
    value.strict_equals(undefined)
}

fn main() {}
