// R4 no-blocking: an affine value stays borrowed while something is awaited
// E0728 means: nothing is awaited in a turn. Await before it, or after it with a copy of what is needed.

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

async fn fetch(id: u64) -> u64 {
    id
}

async fn refresh(ctx: &IoContext, kv: WeakHomed<Kv>) -> Result<(), RunError> {
    ctx.run((kv,), |lock, (kv,)| {
        let mut kv = kv.get_mut(lock);
        kv.hits = fetch(kv.hits).await;
    })
    .await
}

fn main() {}
