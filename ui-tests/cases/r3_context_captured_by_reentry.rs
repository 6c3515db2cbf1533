// R3 weak-across-threads: a stored callback captures a strong context, and would keep it alive for as long as somebody
// holds the callback

use isolock::{Reentry, prelude::*};

fn subscribe(ctx: &IoContext) -> Reentry<(), u64> {
    ctx.event().reentry((ctx.clone(),), |_lock, (ctx,), ()| ctx.id())
}

fn main() {}
