// R7 no-escape: a turn gives its lock away, to be used later

use isolock::prelude::*;

async fn twice(ctx: &IoContext) -> Result<(), RunError> {
    let lock = ctx.run((), |lock, ()| lock).await?;
    lock.eval("second()")?;
    Ok(())
}

fn main() {}
