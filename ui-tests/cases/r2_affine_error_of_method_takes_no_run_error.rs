// R2 explicit-captures: the error of a method can't say that its turn was refused
// rustc asks for `From<RunError>`: the handle's method has the method's own `Result`, so that one `?` is enough. Implement
// it, or keep the two apart: `#[isolate_fn(nested)]`.

use isolock::prelude::*;
use std::num::ParseIntError;

#[thread_affine(owner = context)]
struct Counter {
    hits: u64,
}

#[thread_affine]
impl Counter {
    #[isolate_fn]
    fn add(&mut self, text: &str) -> Result<u64, ParseIntError> {
        self.hits += text.parse::<u64>()?;
        Ok(self.hits)
    }
}

fn main() {}
