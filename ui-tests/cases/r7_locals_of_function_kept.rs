// R7 no-escape: a JS function keeps its arguments in what it captured

use isolock::prelude::*;
use isolock::v8;
use std::sync::Mutex;

async fn install(ctx: &IoContext) -> Result<(), RunError> {
    ctx.try_run((), |lock, ()| {
        let handlers = Mutex::new(Vec::<v8::Local<'_, v8::Value>>::new());
        let on = lock.function("on", (handlers,), |_lock, (handlers,), args| handlers.lock().unwrap().extend(args))?;
        lock.set_global("on", on)
    })
    .await
}

fn main() {}
