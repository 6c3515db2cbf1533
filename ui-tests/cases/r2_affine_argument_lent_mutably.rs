// R2 explicit-captures: a method wants to write into its caller's list, which is on another thread

use isolock::prelude::*;

#[thread_affine(owner = context)]
struct Names {
    names: Vec<String>,
}

#[thread_affine]
impl Names {
    #[isolate_fn]
    fn copy_to(&self, out: &mut Vec<String>) {
        out.extend(self.names.iter().cloned());
    }
}

fn main() {}
