// R1 enter-by-run: a turn lends its lock to a thread that helps it

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
