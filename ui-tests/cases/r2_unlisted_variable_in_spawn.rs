// R2 explicit-captures: an asynchronous body mentions a variable that is not listed
// E0308 means: the body is a plain `fn`, which takes along only what is listed. "`interval` captured here" is the
// variable to list: `((interval,), |ev, (interval,)| ..)`.

use isolock::prelude::*;

async fn refresh(ctx: &IoContext, interval: u64) -> Result<(), RunError> {
    ctx.spawn((), |ev, ()| async move {
        let _ = ev.run((interval,), |lock, (interval,)| lock.console_log(&format!("every {interval} ms"))).await;
    })
    .await
}

fn main() {}
