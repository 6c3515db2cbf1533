// R2 explicit-captures: the body of a turn changes a variable of its caller
// E0308 means: the body is a plain `fn`, which reaches nothing of its caller. Return the value from the body.

use isolock::prelude::*;

async fn count(ctx: &IoContext, names: Vec<String>) -> Result<usize, RunError> {
    let mut known = 0;
    ctx.run((names,), |lock, (names,)| {
        known = names.iter().filter(|name| lock.eval(name).is_ok()).count();
    })
    .await?;
    Ok(known)
}

fn main() {}
