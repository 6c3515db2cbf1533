// R5 name-what-is-affine: a turn takes a raw global handle along

use isolock::prelude::*;
use isolock::v8;

async fn dispatch(ctx: &IoContext, handler: v8::Global<v8::Function>) -> Result<(), RunError> {
    ctx.run((handler,), |lock, (handler,)| {
        let handler = v8::Local::new(lock, handler);
        handler.call(lock, lock.undefined(), &[]);
    })
    .await
}

fn main() {}
