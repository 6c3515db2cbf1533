// R3 weak-across-threads: what a context owns keeps that context alive

use isolock::prelude::*;

#[thread_affine(owner = context)]
struct Scheduler {
    own_context: IoContext,
    ticks: u64,
}

fn main() {}
