// R1 enter-by-run: an isolate is locked as the v8 crate does it, instead of entered through a context
// E0599 means: an `Isolate` has no `lock`. V8 is reached by `ctx.run((..), |lock, (..)| ..)`, which also waits its
// turn.

use isolock::prelude::*;

fn reset(isolate: &Isolate) {
    let mut lock = isolate.lock();
    lock.eval("reset()").unwrap();
}

fn main() {}
