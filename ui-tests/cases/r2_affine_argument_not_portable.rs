// R2 explicit-captures: what a caller passes to a method can't cross into its turn

use isolock::prelude::*;

struct Entry {
    name: String,
}

#[thread_affine(owner = context)]
struct Names {
    names: Vec<String>,
}

#[thread_affine]
impl Names {
    #[isolate_fn]
    fn add(&mut self, entry: Entry) {
        self.names.push(entry.name);
    }
}

fn main() {}
