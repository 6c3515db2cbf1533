// R4 no-blocking: a turn awaits, while it holds the lock of the isolate
// E0728 means: the body of a turn is no `async` one. Await before the turn and list the result: `((source,), |lock,
// (source,)| ..)`.

use isolock::prelude::*;

async fn read(name: String) -> String {
    name
}

async fn load(ctx: &IoContext, name: String) -> Result<(), RunError> {
    ctx.try_run((name,), |lock, (name,)| {
        let source = read(name).await;
        lock.eval(&source).map(|_| ())
    })
    .await
}

fn main() {}
