// R7 no-escape: a script is run, and nothing says as what its value leaves the turn
// `!` is what rustc takes where no type is named. Name one: `ctx.eval::<()>("start()").await?` for whatever it is.

use isolock::prelude::*;

async fn start(ctx: &IoContext) -> Result<(), RunError> {
    ctx.eval("start()").await?;
    Ok(())
}

fn main() {}
