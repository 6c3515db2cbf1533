// R5 name-what-is-affine: a type is made unsendable from birth, and its owner is a context

use isolock::{AtHome, prelude::*};

#[thread_affine(owner = context)]
struct Counter {
    home: AtHome,
    hits: u64,
}

fn main() {}
