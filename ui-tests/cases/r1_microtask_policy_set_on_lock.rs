// R1 enter-by-run: a turn changes when the isolate runs its microtasks

use isolock::prelude::*;
use isolock::v8;

async fn configure(ctx: &IoContext) -> Result<(), RunError> {
    ctx.run((), |lock, ()| lock.set_microtasks_policy(v8::MicrotasksPolicy::Explicit)).await
}

fn main() {}
