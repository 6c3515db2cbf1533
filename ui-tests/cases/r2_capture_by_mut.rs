// R2 explicit-captures: a host function wants to change what it captured

use isolock::prelude::*;

#[isolate_fn]
fn count(#[capture] hits: &mut u64) -> u64 {
    *hits += 1;
    *hits
}

fn main() {}
