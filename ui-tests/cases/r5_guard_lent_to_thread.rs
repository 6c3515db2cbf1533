// R5 name-what-is-affine: the guard of an affine value is lent to another thread
// E0277 means: a guard stays on its thread. Lend what it guards, if that is `Sync`: `let kv: &Kv = &guard;`.

use isolock::{Affine, OwnedInTurns, Owner, prelude::*};
use std::thread;

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
    let guard = kv.get(lock);
    thread::scope(|scope| scope.spawn(|| guard.hits).join().unwrap_or(0))
}

fn main() {}
