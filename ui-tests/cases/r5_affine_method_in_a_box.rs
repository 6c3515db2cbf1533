// R5 name-what-is-affine: a method wants its value in a box, which its owner doesn't have

use isolock::prelude::*;

#[thread_affine(owner = context)]
struct Counter {
    hits: u64,
}

#[thread_affine]
impl Counter {
    #[isolate_fn]
    fn finish(self: Box<Self>) -> u64 {
        self.hits
    }
}

fn main() {}
