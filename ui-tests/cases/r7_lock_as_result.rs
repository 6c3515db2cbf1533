// R7 no-escape: a turn gives its lock away, to be used later
// Each turn has a lock of its own: do the rest in this one, or in another `ctx.try_run((), |lock, ()| ..)`.

use isolock::prelude::*;

async fn twice(ctx: &IoContext) -> Result<(), RunError> {
    let lock = ctx.run((), |lock, ()| lock).await?;
    lock.eval("second()")?;
    Ok(())
}

fn main() {}
