// R1 enter-by-run: a turn shares its lock with threads that only log

use isolock::prelude::*;

async fn announce(ctx: &IoContext, names: Vec<String>) -> Result<(), RunError> {
    ctx.run((names,), |lock, (names,)| {
        let lock = &*lock;
        std::thread::scope(|threads| {
            for name in &names {
                threads.spawn(move || lock.console_log(&name.to_uppercase()));
            }
        });
    })
    .await
}

fn main() {}
