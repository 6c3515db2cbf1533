// R7 no-escape: a host function takes the lock by value

use isolock::prelude::*;

#[isolate_fn]
fn log(lock: Lock<'_>, text: String) {
    lock.console_log(&text);
}

fn main() {}
