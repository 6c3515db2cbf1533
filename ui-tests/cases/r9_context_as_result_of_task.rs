// R9 drop-at-home: an asynchronous body gives away a strong context, which would end where its future is dropped

use isolock::prelude::*;

async fn open() -> IoContext {
    todo!()
}

async fn fork(ctx: &IoContext) -> Result<IoContext, RunError> {
    ctx.spawn((), |_ev, ()| open()).await
}

fn main() {}
