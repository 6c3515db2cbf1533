// R7 no-escape: a method lends a part of its value to a caller who is outside of the turn

use isolock::prelude::*;

#[thread_affine(owner = context)]
struct Names {
    names: Vec<String>,
}

#[thread_affine]
impl Names {
    #[isolate_fn]
    fn first(&self) -> Option<&str> {
        self.names.first().map(String::as_str)
    }
}

fn main() {}
