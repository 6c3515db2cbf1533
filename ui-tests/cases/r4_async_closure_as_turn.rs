// R4 no-blocking: the body of a turn is an async closure
// E0282 means: the body of a turn is a plain `fn`, so an `async` closure tells rustc nothing about its `lock`. Await
// before the turn and list the result, or spawn a body that takes turns: `ctx.spawn((..), |ev, (..)| async move { ..
// })`.

use isolock::prelude::*;

async fn read(name: String) -> String {
    name
}

async fn load(ctx: &IoContext, name: String) -> Result<(), RunError> {
    ctx.run((name,), async |lock, (name,)| lock.console_log(&read(name).await)).await
}

fn main() {}
