// R4 no-blocking: the body of a turn is an async block
// Await before the turn, and list the result: `((source,), |lock, (source,)| ..)`.

use isolock::prelude::*;

async fn read(name: String) -> String {
    name
}

async fn load(ctx: &IoContext, name: String) -> Result<String, RunError> {
    let source = ctx.run((name,), |_lock, (name,)| async move { read(name).await }).await?;
    Ok(source.await)
}

fn main() {}
