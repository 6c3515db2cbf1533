// R7 no-escape: the guard of an affine value is the result of a turn

use isolock::{Affine, OwnedInTurns, Owner, prelude::*};

struct Kv {
    hits: u64,
}

impl Affine for Kv {
    const OWNER: Owner = Owner::Context;
    const NAME: &'static str = "Kv";
    type Handle = WeakHomed<Self>;
}

impl OwnedInTurns for Kv {}

async fn hits(ctx: &IoContext, kv: WeakHomed<Kv>) -> Result<u64, RunError> {
    let kv = ctx.run((kv,), |lock, (kv,)| kv.get(lock)).await?;
    Ok(kv.hits)
}

fn main() {}
