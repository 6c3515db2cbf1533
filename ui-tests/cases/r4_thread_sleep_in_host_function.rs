// R4 no-blocking: a host function sleeps under the lock

use isolock::prelude::*;
use std::{thread, time::Duration};

#[isolate_fn]
fn sleep(ms: f64) {
    thread::sleep(Duration::from_secs_f64(ms / 1000.0));
}

fn main() {}
