// R2 explicit-captures: a turn takes along text that it only borrows
// E0521 means: `&'static str` may cross the boundary of a turn, and this `&str` is shorter-lived. Take
// `source.to_owned()`.

use isolock::prelude::*;

async fn load(ctx: &IoContext, source: &str) -> Result<(), RunError> {
    ctx.try_run((source,), |lock, (source,)| lock.eval(source).map(|_| ())).await
}

fn main() {}
