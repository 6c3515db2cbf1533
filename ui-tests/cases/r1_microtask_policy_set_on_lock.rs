// R1 enter-by-run: a turn changes when the isolate runs its microtasks
// E0596 means: a `Lock` lends the v8 crate's scope by `&` only. What changes the isolate for everybody (policies,
// callbacks, terminations) is the runtime's; microtasks run at the end of each turn.

use isolock::prelude::*;
use isolock::v8;

async fn configure(ctx: &IoContext) -> Result<(), RunError> {
    ctx.run((), |lock, ()| lock.set_microtasks_policy(v8::MicrotasksPolicy::Explicit)).await
}

fn main() {}
