// R2 explicit-captures: an asynchronous body gives back a type of the program that does not say that it may cross

use isolock::prelude::*;

struct Visit {
    began: String,
}

async fn visit(ctx: &IoContext) -> Result<Visit, RunError> {
    ctx.spawn((), |event, ()| async move {
        let began = event.run((), |lock, ()| lock.entered().to_string()).await.unwrap_or_default();
        Visit { began }
    })
    .await
}

fn main() {}
