// R4 no-blocking: the body of a turn is an async closure

use isolock::prelude::*;

async fn read(name: String) -> String {
    name
}

async fn load(ctx: &IoContext, name: String) -> Result<(), RunError> {
    ctx.run((name,), async |lock, (name,)| lock.console_log(&read(name).await)).await
}

fn main() {}
