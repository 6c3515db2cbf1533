// R7 no-escape: a host function returns a type that no JS value stands for

use isolock::prelude::*;
use std::time::Duration;

#[isolate_fn]
fn uptime() -> Duration {
    Duration::from_secs(5)
}

fn main() {}
