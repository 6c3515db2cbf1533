// R9 drop-at-home: an asynchronous body owns a raw global handle, and would drop it on any thread

use isolock::prelude::*;
use isolock::v8;

async fn later(ctx: &IoContext, handler: v8::Global<v8::Function>) -> Result<(), RunError> {
    ctx.spawn((handler,), |_ev, (handler,)| async move { drop(handler) }).await
}

fn main() {}
