// R7 no-escape: an async method takes the lock, which isn't held while it awaits

use isolock::prelude::*;

#[thread_affine(owner = context)]
struct Counter {
    hits: u64,
}

#[thread_affine]
impl Counter {
    #[isolate_fn]
    async fn hits(this: CounterHandle, lock: &mut Lock<'_>) -> Result<u64, RunError> {
        this.with(lock, |counter, _lock| counter.hits)
    }
}

fn main() {}
