// R2 explicit-captures: an `unsafe fn` is annotated

use isolock::prelude::*;

#[isolate_fn]
unsafe fn peek(address: f64) -> u8 {
    // SAFETY: the caller's word.
    unsafe { *(address as usize as *const u8) }
}

fn main() {}
