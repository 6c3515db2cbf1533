// R2 explicit-captures: the body of a turn that can fail mentions a variable that is not listed
// E0308 means: the body is a plain `fn`, which takes along only what is listed. "`source` captured here" is the
// variable to list: `((source,), |lock, (source,)| ..)`.

use isolock::prelude::*;

async fn load(ctx: &IoContext, source: String) -> Result<(), RunError> {
    ctx.try_run((), |lock, ()| lock.eval(&source).map(|_| ())).await
}

fn main() {}
