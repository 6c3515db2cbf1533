// R7 no-escape: an async host function takes a local, and would hold it across its awaits

use isolock::prelude::*;
use isolock::v8;

#[isolate_fn]
async fn call_later(ev: Event, handler: v8::Local<'_, v8::Function>) -> Result<(), RunError> {
    ev.run((), |lock, ()| lock.console_log("later")).await?;
    println!("now {handler:?}");
    Ok(())
}

fn main() {}
