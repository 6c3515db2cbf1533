// R9 drop-at-home: an asynchronous body owns a raw weak handle

use isolock::prelude::*;
use isolock::v8;

async fn observe(ctx: &IoContext, object: v8::Weak<v8::Object>) -> Result<(), RunError> {
    ctx.run((object,), |lock, (object,)| lock.console_log(&format!("{}", object.is_empty()))).await
}

fn main() {}
