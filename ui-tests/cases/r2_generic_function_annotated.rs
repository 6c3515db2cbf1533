// R2 explicit-captures: a host function is generic over what it captures

use isolock::prelude::*;

#[isolate_fn]
fn describe<T: ToString>(#[capture] value: &T) -> String {
    value.to_string()
}

fn main() {}
