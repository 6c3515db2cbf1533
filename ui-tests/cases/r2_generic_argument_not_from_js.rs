// R2 explicit-captures: a generic host function takes an argument that need not come from JavaScript
// The turn's lifetime isn't known to the function, so the bound is for all of them: `T: for<'s> FromJs<'s>`, and
// `for<'s> IntoJs<'s>` for the result.

use isolock::prelude::*;
use std::marker::PhantomData;

#[isolate_fn]
fn remember<T: Portable>(#[capture] _kind: PhantomData<T>, value: T) {
    drop(value);
}

fn main() {}
