// R7 no-escape: a host function takes its argument along into a turn that comes later

use isolock::prelude::*;
use isolock::v8;

#[isolate_fn]
fn call_later<'s>(lock: &mut Lock<'s>, handler: v8::Local<'s, v8::Function>) -> Result<(), RunError> {
    let turn = lock.context().run((handler,), |lock, (handler,)| {
        handler.call(lock, lock.undefined(), &[]);
    });
    std::thread::spawn(|| futures::executor::block_on(turn));
    Ok(())
}

fn main() {}
