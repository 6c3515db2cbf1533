// R1 enter-by-run: a turn lends its lock to a thread that helps it
// E0277 means: `Lock` holds pointers that are not `Send` (one error for each), because the lock of the isolate belongs
// to the thread that runs the turn. Do V8's part in the turn, and give the thread Rust values.

use isolock::prelude::*;

async fn warm_up(ctx: &IoContext) -> Result<(), RunError> {
    ctx.run((), |lock, ()| {
        std::thread::scope(|threads| {
            threads.spawn(|| lock.eval("warmUp()").is_ok());
        });
    })
    .await
}

fn main() {}
