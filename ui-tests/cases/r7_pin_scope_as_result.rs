// R7 no-escape: a turn gives away the v8 crate's scope
// The message means: the scope ends with its turn. Ask it inside, and return the answer.

use isolock::prelude::*;

async fn is_busy(ctx: &IoContext) -> Result<bool, RunError> {
    let scope = ctx.run((), |lock, ()| &**lock).await?;
    Ok(scope.is_execution_terminating())
}

fn main() {}
