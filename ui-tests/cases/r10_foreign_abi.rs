// R10 no-unwind: a host function is written as a callback of C, through which no panic may pass

use isolock::prelude::*;

#[isolate_fn]
extern "C" fn add(a: f64, b: f64) -> f64 {
    a + b
}

fn main() {}
