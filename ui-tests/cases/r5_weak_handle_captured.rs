// R5 name-what-is-affine: a turn takes along a raw weak handle

use isolock::{prelude::*, v8};

async fn poke(ctx: &IoContext, listener: v8::Weak<v8::Function>) -> Result<(), RunError> {
    ctx.run((listener,), |lock, (listener,)| {
        if let Some(listener) = listener.to_local(lock) {
            listener.call(lock, lock.undefined(), &[]);
        }
    })
    .await
}

fn main() {}
