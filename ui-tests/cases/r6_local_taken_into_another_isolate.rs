// R6 never-mix: a host function posts a value of its isolate to a context of another

use isolock::prelude::*;
use isolock::v8;

#[isolate_fn]
fn share<'s>(lock: &mut Lock<'s>, #[capture] other: &WeakIoContext, value: v8::Local<'s, v8::Value>) {
    let posted = lock.promise((other.clone(), value), |_ev, (other, value)| async move {
        other.id();
        value.is_object()
    });
    lock.console_log(&format!("posted: {}", posted.is_ok()));
}

fn main() {}
