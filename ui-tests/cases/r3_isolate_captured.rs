// R3 weak-across-threads: a turn takes an isolate along, which is a strong reference too
// What the turn wants to know of the isolate is asked before it, and listed: `(isolate.stats().contexts,)`.

use isolock::prelude::*;

async fn fork(ctx: &IoContext, isolate: Isolate) -> Result<(), RunError> {
    ctx.run((isolate,), |lock, (isolate,)| lock.console_log(&format!("{:?}", isolate.stats()))).await
}

fn main() {}
