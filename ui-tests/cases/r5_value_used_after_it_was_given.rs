// R5 name-what-is-affine: a value is used after it was given to its context
// E0382 means: affinity begins at `lock.own`. Use the value before, or open it: `kv.get_mut(lock).hits += 1`.

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

fn open(lock: &mut Lock<'_>) -> WeakHomed<Kv> {
    let mut value = Kv { hits: 0 };
    let kv = lock.own(value);
    value.hits += 1;
    kv
}

fn main() {}
