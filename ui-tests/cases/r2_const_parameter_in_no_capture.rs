// R2 explicit-captures: a host function is generic over a number that none of its captures has

use isolock::prelude::*;

#[isolate_fn]
fn round<const DIGITS: usize>(value: f64) -> String {
    format!("{value:.DIGITS$}")
}

fn main() {}
