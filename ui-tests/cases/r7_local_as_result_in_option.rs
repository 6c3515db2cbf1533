// R7 no-escape: a turn gives away a value of V8 inside an `Option`

use isolock::prelude::*;

async fn has_answer(ctx: &IoContext) -> Result<bool, RunError> {
    let answer = ctx.run((), |lock, ()| lock.eval("answer").ok()).await?;
    Ok(answer.is_some())
}

fn main() {}
