// R7 no-escape: a turn gives away a value of V8

use isolock::prelude::*;

async fn answer(ctx: &IoContext) -> Result<f64, RunError> {
    let answer = ctx.try_run((), |lock, ()| lock.eval("6 * 7")).await?;
    Ok(answer.is_number().into())
}

fn main() {}
