// R2 explicit-captures: a turn takes along text that it only borrows

use isolock::prelude::*;

async fn load(ctx: &IoContext, source: &str) -> Result<(), RunError> {
    ctx.try_run((source,), |lock, (source,)| lock.eval(source).map(|_| ())).await
}

fn main() {}
