// R2 explicit-captures: the body of a turn that can fail mentions a variable that is not listed

use isolock::prelude::*;

async fn load(ctx: &IoContext, source: String) -> Result<(), RunError> {
    ctx.try_run((), |lock, ()| lock.eval(&source).map(|_| ())).await
}

fn main() {}
