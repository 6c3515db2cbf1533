// R2 explicit-captures: captures are listed in the attribute, where they belong into the signature

use isolock::prelude::*;
use std::sync::Arc;

#[isolate_fn(capture = greeting)]
fn greet(greeting: Arc<str>, name: String) -> String {
    format!("{greeting}, {name}")
}

fn main() {}
