// R4 no-blocking: an async host function holds the guard of a mutex while it waits for a turn

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
