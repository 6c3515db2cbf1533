// R7 no-escape: an asynchronous body opens a root with a turn, and holds the local across its awaits
// Both errors mean: outside of a turn there are no locals. Take the root along into each turn (`handler.clone()`),
// and open it there.

use isolock::prelude::*;
use isolock::v8;

async fn call_twice(ctx: &IoContext, handler: JsRoot<v8::Function>) -> Result<(), RunError> {
    ctx.spawn((handler,), |ev, (handler,)| async move {
        let handler = ev.try_run((handler,), |lock, (handler,)| handler.try_get(lock)).await?;
        for _ in 0..2 {
            ev.run((handler,), |lock, (handler,)| drop(handler.call(lock, lock.undefined(), &[]))).await?;
        }
        Ok(())
    })
    .await?
}

fn main() {}
