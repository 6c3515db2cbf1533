// R3 weak-across-threads: an async host function goes by an answer from before an `.await`

use isolock::prelude::*;

async fn save(_line: &str) {}

#[isolate_fn]
async fn append(ev: Event, line: String) -> Result<(), RunError> {
    let alive = ev.context().is_alive();
    save(&line).await;
    if alive {
        ev.run((line,), |lock, (line,)| lock.console_log(&line)).await?;
    }
    Ok(())
}

fn main() {}
