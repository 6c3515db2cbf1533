// R7 no-escape: a timer captures the JS function that it is to call, as a local of the turn that sets it

use isolock::{Timer, prelude::*, v8};
use std::time::Duration;

fn set_timeout(lock: &mut Lock<'_>, handler: v8::Local<'static, v8::Function>, after: Duration) -> Timer {
    lock.timer(after, (handler,), |lock, (handler,)| {
        let _ = handler.call(lock, lock.undefined(), &[]);
    })
}

fn main() {}
