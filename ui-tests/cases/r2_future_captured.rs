// R2 explicit-captures: an asynchronous body takes along a future, to await it between its turns

use isolock::prelude::*;
use std::pin::Pin;

type Body = Pin<Box<dyn Future<Output = String> + Send>>;

async fn publish(ctx: &IoContext, body: Body) -> Result<(), RunError> {
    ctx.spawn((body,), |event, (body,)| async move {
        let text = body.await;
        event.run((text,), |lock, (text,)| lock.console_log(&text)).await
    })
    .await?
}

fn main() {}
