// R7 no-escape: a host function borrows an argument, and there is nothing on the Rust side to borrow from

use isolock::prelude::*;

#[isolate_fn]
fn length(text: &str) -> u32 {
    text.len() as u32
}

fn main() {}
