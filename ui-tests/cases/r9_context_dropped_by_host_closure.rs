// R9 drop-at-home: a JS function owns the strong context that it belongs to, so neither ever ends

use isolock::prelude::*;

async fn install_close(ctx: &IoContext, other: WeakIoContext) -> Result<(), RunError> {
    ctx.try_run((other,), |lock, (_other,)| {
        let ctx: IoContext = context_of(lock);
        let close = lock.function("close", (ctx,), |_lock, (ctx,), _args| ctx.close())?;
        lock.set_global("close", close)
    })
    .await
}

fn context_of(_lock: &Lock<'_>) -> IoContext {
    unimplemented!()
}

fn main() {}
