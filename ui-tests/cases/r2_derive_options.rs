// R2 explicit-captures: several options of the derive are wrong, and the field that isn't portable is reported with them

use isolock::prelude::*;
use std::cell::Cell;

#[derive(Portable)]
#[portable(bounds(T: Send), crate = "isolock")]
struct Counter<T> {
    #[portable(skip)]
    hits: Cell<u32>,
    last: T,
}

fn main() {}
