// R2 explicit-captures: a turn takes along a `Box<dyn Any>`, in which anything may hide

use isolock::prelude::*;
use std::any::Any;

async fn publish(ctx: &IoContext, message: Box<dyn Any + Send>) -> Result<(), RunError> {
    ctx.run((message,), |lock, (message,)| {
        if let Some(text) = message.downcast_ref::<String>() {
            lock.console_log(text);
        }
    })
    .await
}

fn main() {}
