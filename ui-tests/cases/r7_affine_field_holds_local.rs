// R7 no-escape: a resource keeps the JS function that it was given as a local

use isolock::{prelude::*, v8};

#[thread_affine(owner = context)]
struct Listener {
    own_callback: v8::Local<'static, v8::Function>,
    calls: u64,
}

fn main() {}
