// R3 weak-across-threads: an asynchronous body takes a strong context along

use isolock::prelude::*;

async fn poll(ctx: IoContext) -> Result<(), RunError> {
    ctx.spawn((ctx.clone(),), |_ev, (ctx,)| async move {
        let _ = ctx.run((), |lock, ()| lock.console_log("still here")).await;
    })
    .await
}

fn main() {}
