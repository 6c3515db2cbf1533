// R3 weak-across-threads: a turn takes a strong context along

use isolock::prelude::*;

async fn report(ctx: &IoContext) -> Result<(), RunError> {
    ctx.run((ctx.clone(),), |lock, (ctx,)| lock.console_log(&format!("in {}", ctx.id()))).await
}

fn main() {}
