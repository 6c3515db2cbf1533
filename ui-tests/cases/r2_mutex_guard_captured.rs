// R2 explicit-captures: a turn takes along the guard of a mutex, which stays locked while the turn waits

use isolock::prelude::*;
use std::sync::Mutex;

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

async fn print(ctx: &IoContext) -> Result<(), RunError> {
    let lines = LINES.lock().unwrap();
    ctx.run((lines,), |lock, (lines,)| lines.iter().for_each(|line| lock.console_log(line))).await
}

fn main() {}
