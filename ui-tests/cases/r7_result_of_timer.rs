// R7 no-escape: a timer gives a result, and nobody is there to take it

use isolock::{Timer, prelude::*};
use std::time::Duration;

fn refresh(lock: &mut Lock<'_>) -> Timer {
    lock.timer(Duration::from_secs(1), (), |lock, ()| lock.eval("refresh()").is_ok())
}

fn main() {}
