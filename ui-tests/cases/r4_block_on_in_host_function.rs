// R4 no-blocking: a host function blocks on a future, while it holds the lock of the isolate

use isolock::prelude::*;

async fn read(name: String) -> String {
    name
}

#[isolate_fn]
fn read_text(name: String) -> String {
    futures::executor::block_on(read(name))
}

fn main() {}
