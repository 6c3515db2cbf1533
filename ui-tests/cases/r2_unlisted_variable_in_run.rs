// R2 explicit-captures: the body of a turn mentions a variable that is not listed

use isolock::prelude::*;

async fn greet(ctx: &IoContext, name: String) -> Result<(), RunError> {
    ctx.run((), |lock, ()| lock.console_log(&name)).await
}

fn main() {}
