// R7 no-escape: a JS function captures a value of the turn that makes it, and would keep it

use isolock::prelude::*;

async fn install(ctx: &IoContext) -> Result<(), RunError> {
    ctx.try_run((), |lock, ()| {
        let settings = lock.eval("settings")?;
        let current = lock.function("current", (settings,), |_lock, (settings,), (): ()| settings.is_object())?;
        lock.set_global("current", current)
    })
    .await
}

fn main() {}
