// R2 explicit-captures: a method is annotated, so that its `self` would be captured by mention

use isolock::prelude::*;
use std::collections::HashMap;

struct Cache {
    entries: HashMap<String, String>,
}

impl Cache {
    #[isolate_fn]
    fn lookup(&self, key: String) -> Option<String> {
        self.entries.get(&key).cloned()
    }
}

fn main() {}
