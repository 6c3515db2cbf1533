// R7 no-escape: a host function borrows the lock for as long as the turn lasts

use isolock::{prelude::*, v8::Local};

#[isolate_fn]
fn global<'s>(lock: &'s mut Lock<'s>) -> Local<'s, isolock::v8::Object> {
    lock.get_current_context().global(lock)
}

fn main() {}
