// R7 no-escape: a method takes a JS value from a caller who is outside of the turn

use isolock::{prelude::*, v8};

#[thread_affine(owner = context)]
struct Names {
    names: Vec<String>,
}

#[thread_affine]
impl Names {
    #[isolate_fn]
    fn add(&mut self, lock: &mut Lock<'_>, name: v8::Local<'_, v8::String>) {
        self.names.push(name.to_rust_string_lossy(lock));
    }
}

fn main() {}
