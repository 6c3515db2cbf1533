// R4 no-blocking: an async host function holds the guard of a mutex while it waits for a turn
// "future cannot be sent" means: the body moves between threads at each await, and a guard must not. Drop it before, in
// a block of its own; it is said twice because both JS and `append {..}.run(..)` start the function.

use isolock::prelude::*;
use std::sync::{Arc, Mutex};

#[isolate_fn]
async fn append(ev: Event, #[capture] lines: Arc<Mutex<Vec<String>>>, line: String) -> Result<(), RunError> {
    let mut lines = lines.lock().unwrap();
    ev.run((line.clone(),), |lock, (line,)| lock.console_log(&line)).await?;
    lines.push(line);
    Ok(())
}

fn main() {}
