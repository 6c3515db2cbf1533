// R7 no-escape: a host function returns what it only borrows

use isolock::prelude::*;

#[isolate_fn]
fn title(#[capture] title: &String) -> &str {
    title
}

fn main() {}
