// R5 name-what-is-affine: a method wants another resource by value from a caller who has only its handle

use isolock::prelude::*;

#[thread_affine(owner = context)]
struct Counter {
    hits: u64,
}

#[thread_affine]
impl Counter {
    #[isolate_fn]
    fn absorb(&mut self, other: Counter) {
        self.hits += other.hits;
    }
}

fn main() {}
