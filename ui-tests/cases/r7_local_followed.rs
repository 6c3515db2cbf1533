// R7 no-escape: a promise is followed to a local

use isolock::prelude::*;
use isolock::v8;

async fn settled(ctx: &IoContext) -> Result<bool, RunError> {
    let follow = ctx
        .try_run((), |lock, ()| {
            let promise = lock.eval("fetch('home')")?;
            Ok::<_, RunError>(lock.follow::<v8::Local<'_, v8::Value>>(promise))
        })
        .await?;
    Ok(follow.await?.is_object())
}

fn main() {}
