// R8 callbacks-by-message: a thread is given a JS function to call back
// E0277 means: a local holds a pointer that is not `Send`. Give the thread `lock.root(on_change)` and `lock.context()`,
// and let it `run` a turn that opens the root.

use isolock::prelude::*;
use isolock::v8;

#[isolate_fn]
fn watch<'s>(_lock: &mut Lock<'s>, path: String, on_change: v8::Local<'s, v8::Function>) {
    std::thread::spawn(move || {
        println!("watching {path} for {on_change:?}");
    });
}

fn main() {}
