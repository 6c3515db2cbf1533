// R3 weak-across-threads: a request type that holds its context strongly derives `Portable`

use isolock::prelude::*;

#[derive(Portable)]
struct Request {
    url: String,
    owner: IoContext,
}

async fn dispatch(ctx: &IoContext, request: Request) -> Result<(), RunError> {
    ctx.try_run((request,), |lock, (request,)| lock.set_global("url", request.url)).await
}

fn main() {}
