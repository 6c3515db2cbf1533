// R5 name-what-is-affine: a turn takes the resource itself along instead of its handle

use isolock::prelude::*;

#[thread_affine(owner = context)]
struct Counter {
    hits: u64,
}

async fn count(ctx: &IoContext) -> Result<u64, RunError> {
    let counter = Counter { hits: 0 };
    ctx.run((counter,), |_lock, (counter,)| counter.hits).await
}

fn main() {}
