// R2 explicit-captures: the body of a turn mentions a variable that is not listed
// E0308 means: the body is a plain `fn`, which takes along only what is listed. "`name` captured here" is the variable
// to list: `((name,), |lock, (name,)| ..)`.

use isolock::prelude::*;

async fn greet(ctx: &IoContext, name: String) -> Result<(), RunError> {
    ctx.run((), |lock, ()| lock.console_log(&name)).await
}

fn main() {}
