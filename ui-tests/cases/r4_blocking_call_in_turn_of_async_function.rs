// R4 no-blocking: an async host function blocks in a turn that it enters

use futures::executor::block_on;
use isolock::prelude::*;

async fn load(name: String) -> String {
    format!("the text of {name}")
}

#[isolate_fn]
async fn preload(ev: Event, name: String) -> Result<(), RunError> {
    ev.run((name,), |lock, (name,)| {
        let text = block_on(load(name));
        lock.set_global("text", text)
    })
    .await?
}

fn main() {}
