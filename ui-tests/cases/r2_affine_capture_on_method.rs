// R2 explicit-captures: a method of a resource has a capture, as if it were a host function

use isolock::prelude::*;

#[thread_affine(owner = context)]
struct Names {
    names: Vec<String>,
}

#[thread_affine]
impl Names {
    #[isolate_fn]
    fn add(&mut self, #[capture] prefix: String, name: String) {
        self.names.push(format!("{prefix}{name}"));
    }
}

fn main() {}
