// R5 name-what-is-affine: a turn gives away a raw global handle

use isolock::prelude::*;
use isolock::v8;

async fn handler(ctx: &IoContext) -> Result<v8::Global<v8::Value>, RunError> {
    ctx.try_run((), |lock, ()| {
        let handler = lock.eval("onmessage")?;
        Ok(v8::Global::new(lock, handler))
    })
    .await
}

fn main() {}
