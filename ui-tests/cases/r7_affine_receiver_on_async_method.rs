// R7 no-escape: an async method holds its value while it awaits

use isolock::prelude::*;

#[thread_affine(owner = context)]
struct Counter {
    hits: u64,
}

#[thread_affine]
impl Counter {
    #[isolate_fn]
    async fn refresh(&mut self, ev: Event, source: String) -> Result<u64, RunError> {
        self.hits = ev.run((source,), |_lock, (source,)| source.len() as u64).await?;
        Ok(self.hits)
    }
}

fn main() {}
