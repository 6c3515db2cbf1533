// R2 explicit-captures: `move` does not list a variable
// E0308 means: the body is a plain `fn`, which takes along only what is listed. "`name` captured here" is the variable
// to list: `((name,), |lock, (name,)| ..)`.

use isolock::prelude::*;

async fn greet(ctx: &IoContext, name: String) -> Result<(), RunError> {
    ctx.run((), move |lock, ()| lock.console_log(&name)).await
}

fn main() {}
