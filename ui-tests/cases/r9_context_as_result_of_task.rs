// R9 drop-at-home: an asynchronous body gives away a strong context, which would end where its future is dropped
// A weak one alone would not do here: the context would end with the body. Make it outside, keep it, and give the
// body `fork.downgrade()`.

use isolock::prelude::*;

async fn open() -> IoContext {
    todo!()
}

async fn fork(ctx: &IoContext) -> Result<IoContext, RunError> {
    ctx.spawn((), |_ev, ()| open()).await
}

fn main() {}
