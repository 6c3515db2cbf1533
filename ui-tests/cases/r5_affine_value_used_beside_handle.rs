// R5 name-what-is-affine: a resource is used by whoever made it after its context has become its owner
// rustc says that the value was moved: `lock.own` takes it, and what is left is the handle.

use isolock::prelude::*;

#[thread_affine(owner = context)]
struct Counter {
    hits: u64,
}

async fn count(ctx: &IoContext) -> Result<u64, RunError> {
    ctx.run((), |lock, ()| {
        let mut counter = Counter { hits: 0 };
        let _handle = lock.own(counter);
        counter.hits += 1;
        counter.hits
    })
    .await
}

fn main() {}
