// R2 explicit-captures: a capture has an option that doesn't exist

use isolock::prelude::*;

#[isolate_fn]
fn greet(#[capture(clone)] greeting: String, name: String) -> String {
    format!("{greeting}, {name}")
}

fn main() {}
