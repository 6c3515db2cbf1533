// R2 explicit-captures: several options of the derive are wrong, and the field that isn't portable is reported with them

use isolock::prelude::*;

#[derive(Portable)]
#[portable(bounds(T: Send), crate = "isolock")]
struct Counter<T> {
    #[portable(skip)]
    report: Box<dyn Fn(u32) + Send>,
    last: T,
}

fn main() {}
