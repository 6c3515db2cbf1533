// R7 no-escape: an async host function returns a type that no JS value stands for

use isolock::prelude::*;
use std::time::Duration;

#[isolate_fn]
async fn uptime() -> Duration {
    Duration::from_secs(5)
}

fn main() {}
