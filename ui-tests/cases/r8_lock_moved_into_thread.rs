// R8 callbacks-by-message: a turn moves its lock into a thread, which is to call back with it

use isolock::prelude::*;

async fn start_timer(ctx: &IoContext) -> Result<(), RunError> {
    ctx.run((), |lock, ()| {
        std::thread::spawn(move || {
            std::thread::park_timeout(std::time::Duration::from_secs(1));
            lock.eval("onTimer()").is_ok()
        });
    })
    .await
}

fn main() {}
