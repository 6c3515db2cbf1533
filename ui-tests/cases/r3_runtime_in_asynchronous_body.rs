// R3 weak-across-threads: an asynchronous body takes the runtime along, to make isolates later

use isolock::prelude::*;

async fn grow(ctx: &IoContext, runtime: Runtime) -> Result<(), RunError> {
    ctx.spawn((runtime,), |event, (runtime,)| async move {
        let count = event.run((), |lock, ()| lock.isolate_id()).await?;
        for _ in 0..count {
            drop(runtime.isolate(IsolateOptions::new()));
        }
        Ok(())
    })
    .await?
}

fn main() {}
