// R7 no-escape: a turn collects locals in a list that its caller keeps
// The second error means the same as the first: what an `Arc` shares has to be `Sync`, and a local is not. Collect
// `JsRoot`s, or Rust values.

use isolock::prelude::*;
use isolock::v8;
use std::sync::{Arc, Mutex};

type Items = Arc<Mutex<Vec<v8::Local<'static, v8::Value>>>>;

async fn collect(ctx: &IoContext, items: Items) -> Result<(), RunError> {
    ctx.try_run((items,), |lock, (items,)| {
        items.lock().unwrap().push(lock.eval("items[0]")?);
        Ok(())
    })
    .await
}

fn main() {}
