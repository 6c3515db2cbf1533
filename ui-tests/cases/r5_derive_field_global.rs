// R5 name-what-is-affine: a type that keeps a JavaScript function as `v8::Global` derives `Portable`

use isolock::{prelude::*, v8};

#[derive(Portable)]
struct Listener {
    event: String,
    callback: v8::Global<v8::Function>,
}

async fn register(ctx: &IoContext, listener: Listener) -> Result<(), RunError> {
    ctx.try_run((listener,), |lock, (listener,)| lock.set_global("event", listener.event)).await
}

fn main() {}
