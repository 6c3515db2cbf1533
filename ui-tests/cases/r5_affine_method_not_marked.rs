// R5 name-what-is-affine: a method is called on the handle that isn't marked `#[isolate_fn]`
// rustc doesn't find it: mark the method, or call it in a turn: `counter.with_mut(lock, |counter, _lock| counter.reset())`.

use isolock::prelude::*;

#[thread_affine(owner = context)]
struct Counter {
    hits: u64,
}

#[thread_affine]
impl Counter {
    #[isolate_fn]
    fn hits(&self) -> u64 {
        self.hits
    }

    fn reset(&mut self) {
        self.hits = 0;
    }
}

async fn start_over(counter: &CounterHandle) -> Result<(), RunError> {
    counter.reset().await
}

fn main() {}
