// R7 no-escape: the guard of an affine value is kept beyond the scope of its lock
// The lifetime error means: the guard borrows the lock of the scope, which ends with it. Open the value outside.

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

fn hits(lock: &mut Lock<'_>, kv: &WeakHomed<Kv>) -> u64 {
    let kv = lock.scope(|lock| kv.get(lock));
    kv.hits
}

fn main() {}
