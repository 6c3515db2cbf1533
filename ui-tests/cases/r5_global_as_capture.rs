// R5 name-what-is-affine: a host function captures a raw global handle

use isolock::prelude::*;
use isolock::v8;

#[isolate_fn]
fn call_later(lock: &mut Lock<'_>, #[capture] handler: &v8::Global<v8::Function>) {
    let handler = v8::Local::new(lock, handler);
    handler.call(lock, lock.undefined(), &[]);
}

fn main() {}
