// R4 no-blocking: a method waits for a future while its turn holds the isolate

use futures::{channel::oneshot, executor::block_on};
use isolock::prelude::*;

#[thread_affine(owner = context)]
struct Jobs {
    own_next: Option<oneshot::Receiver<String>>,
}

#[thread_affine]
impl Jobs {
    #[isolate_fn]
    fn next(&mut self) -> Option<String> {
        block_on(self.own_next.take()?).ok()
    }
}

fn main() {}
