// R3 weak-across-threads: a weak context is upgraded, to be kept across an await
// E0599 means: a weak context has no `upgrade`, which an await could keep. It has the entries itself: `ctx.run(..)`,
// `ctx.try_run(..)`, which check that the context lives.

use isolock::prelude::*;

async fn later(ctx: WeakIoContext) -> Result<f64, RunError> {
    let Some(ctx) = ctx.upgrade() else { return Ok(0.0) };
    ctx.eval("later()").await
}

fn main() {}
