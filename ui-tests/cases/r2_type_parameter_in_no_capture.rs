// R2 explicit-captures: a host function is generic over what JavaScript passes, and nothing says which type that is

use isolock::prelude::*;

#[isolate_fn]
fn echo<T: Portable + for<'s> FromJs<'s> + for<'s> IntoJs<'s>>(value: T) -> T {
    value
}

fn main() {}
