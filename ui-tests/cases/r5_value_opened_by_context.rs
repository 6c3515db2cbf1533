// R5 name-what-is-affine: an affine value is opened with a context, which is no proof of a turn
// E0308 means: only the lock of a turn opens it: `ctx.run((kv,), |lock, (kv,)| kv.get(lock).hits)`.

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

fn hits(ctx: &IoContext, kv: &WeakHomed<Kv>) -> Result<u64, RunError> {
    Ok(kv.try_get(ctx)?.hits)
}

fn main() {}
