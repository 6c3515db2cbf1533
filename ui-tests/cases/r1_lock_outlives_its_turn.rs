// R1 enter-by-run: the lock of one turn is kept for later

use isolock::prelude::*;

async fn twice(ctx: &IoContext) -> Result<(), RunError> {
    let lock = ctx.run((), |lock, ()| lock).await?;
    lock.eval("second()")?;
    Ok(())
}

fn main() {}
