// R4 no-blocking: the body of a turn gives its lock to an async block

use isolock::prelude::*;

async fn read(name: String) -> String {
    name
}

async fn load(ctx: &IoContext, name: String) -> Result<(), RunError> {
    ctx.run((name,), |lock, (name,)| async move { lock.console_log(&read(name).await) }).await
}

fn main() {}
