// R2 explicit-captures: the capture struct is written by hand and annotated, where the annotated function makes it

use isolock::prelude::*;
use std::sync::Arc;

#[isolate_fn]
struct Greet {
    greeting: Arc<str>,
}

fn main() {}
