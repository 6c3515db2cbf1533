// R3 weak-across-threads: a weak context is upgraded, to be kept across an await

use isolock::prelude::*;

async fn later(ctx: WeakIoContext) -> Result<f64, RunError> {
    let Some(ctx) = ctx.upgrade() else { return Ok(0.0) };
    ctx.eval("later()").await
}

fn main() {}
