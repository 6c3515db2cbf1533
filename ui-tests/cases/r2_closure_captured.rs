// R2 explicit-captures: a turn takes along its caller's closure, and with it whatever that has captured
// rustc's help to restrict the closure's type leads nowhere: no closure is portable. Take along what it captures, and a
// function pointer, or call it after the turn.

use isolock::prelude::*;

async fn title(ctx: &IoContext, format: impl Fn(f64) -> String + Send + 'static) -> Result<String, RunError> {
    ctx.try_run((format,), |lock, (format,)| {
        let value = lock.eval("visitors")?.number_value(lock).unwrap_or_default();
        Ok(format(value))
    })
    .await
}

fn main() {}
