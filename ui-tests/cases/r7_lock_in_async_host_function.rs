// R7 no-escape: an async host function takes the lock, which is not held while it awaits

use isolock::prelude::*;

#[isolate_fn]
async fn log_later(lock: &mut Lock<'_>, text: String) {
    lock.console_log(&text);
}

fn main() {}
