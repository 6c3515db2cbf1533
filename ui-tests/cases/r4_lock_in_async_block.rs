// R4 no-blocking: the body of a turn gives its lock to an async block
// E0277 means: an async block is a value that the turn would give away, with the lock in it. Await before the turn and
// list the result.

use isolock::prelude::*;

async fn read(name: String) -> String {
    name
}

async fn load(ctx: &IoContext, name: String) -> Result<(), RunError> {
    ctx.run((name,), |lock, (name,)| async move { lock.console_log(&read(name).await) }).await?;
    Ok(())
}

fn main() {}
