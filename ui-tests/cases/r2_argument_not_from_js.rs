// R2 explicit-captures: an argument of a host function has a type that no JS value can become

use isolock::prelude::*;
use std::time::Duration;

#[isolate_fn]
fn set_interval(interval: Duration) -> f64 {
    interval.as_secs_f64()
}

fn main() {}
