// R2 explicit-captures: a JS function that gives locals mentions a variable that is not listed
// E0308 means: the body is a plain `fn`, which takes along only what is listed. "`name` captured here" is the variable to
// list: `("whoami", (name,), |lock, (name,), _args| ..)`.

use isolock::prelude::*;

async fn install(ctx: &IoContext, name: String) -> Result<(), RunError> {
    ctx.try_run((name,), |lock, (name,)| {
        let whoami = lock.function_with("whoami", (), |lock, (), _args| Ok(lock.string(&name)?.into()))?;
        lock.set_global("whoami", whoami)
    })
    .await
}

fn main() {}
