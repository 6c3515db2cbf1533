// R2 explicit-captures: an asynchronous body mentions a variable that is not listed

use isolock::prelude::*;

async fn refresh(ctx: &IoContext, interval: u64) -> Result<(), RunError> {
    ctx.spawn((), |ev, ()| async move {
        let _ = ev.run((interval,), |lock, (interval,)| lock.console_log(&format!("every {interval} ms"))).await;
    })
    .await
}

fn main() {}
