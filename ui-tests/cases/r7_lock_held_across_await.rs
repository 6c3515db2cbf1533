// R7 no-escape: an async helper takes the lock and awaits with it
// The message means: an async function is a value that the turn would give away, with the lock in it. Await before
// the turn, and make the helper a plain function that takes the lock and what was awaited.

use isolock::prelude::*;

async fn read(name: String) -> String {
    name
}

async fn load_into(lock: &mut Lock<'_>, name: String) -> bool {
    let before = lock.eval("loaded").ok();
    let source = read(name).await;
    lock.eval(&source).is_ok() && before.is_some()
}

async fn load(ctx: &IoContext, name: String) -> Result<bool, RunError> {
    Ok(ctx.run((name,), |lock, (name,)| load_into(lock, name)).await?.await)
}

fn main() {}
