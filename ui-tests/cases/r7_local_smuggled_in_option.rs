// R7 no-escape: a local of one turn is taken into the next, inside an `Option`

use isolock::prelude::*;
use isolock::v8;

async fn dispatch(ctx: &IoContext, handler: Option<v8::Local<'static, v8::Function>>) -> Result<(), RunError> {
    ctx.run((handler,), |lock, (handler,)| {
        if let Some(handler) = handler {
            handler.call(lock, lock.undefined(), &[]);
        }
    })
    .await
}

fn main() {}
