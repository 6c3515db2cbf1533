// R5 name-what-is-affine: the methods are in another module, which imports the type and not its handle
// rustc doesn't find the handle: import it, too, or say where it is: `#[thread_affine(handle = crate::CounterHandle)]`.

use isolock::prelude::*;

#[thread_affine(owner = context)]
struct Counter {
    hits: u64,
}

mod methods {
    use super::Counter;
    use isolock::thread_affine;

    #[thread_affine]
    impl Counter {
        #[isolate_fn]
        fn hits(&self) -> u64 {
            self.hits
        }
    }
}

fn main() {}
