// R2 explicit-captures: a union derives `Portable`

use isolock::prelude::*;

#[derive(Clone, Copy, Portable)]
union Bits {
    int: u64,
    float: f64,
}

async fn as_int(ctx: &IoContext, bits: Bits) -> Result<u64, RunError> {
    ctx.run((bits,), |_lock, (bits,)| unsafe { bits.int }).await
}

fn main() {}
