// R2 explicit-captures: a host function returns `impl Trait`

use isolock::prelude::*;

#[isolate_fn]
fn squares(up_to: u32) -> impl Iterator<Item = u32> {
    (0..up_to).map(|n| n * n)
}

fn main() {}
