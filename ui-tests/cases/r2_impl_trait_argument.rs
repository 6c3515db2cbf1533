// R2 explicit-captures: a host function takes `impl Trait` from JavaScript

use isolock::prelude::*;

#[isolate_fn]
fn shout(text: impl Into<String>) -> String {
    text.into().to_uppercase()
}

fn main() {}
