// R1 enter-by-run: an isolate is locked as the v8 crate does it, instead of entered through a context

use isolock::prelude::*;

fn collect(isolate: &Isolate) {
    let mut lock = isolate.lock();
    lock.low_memory_notification();
}

fn main() {}
