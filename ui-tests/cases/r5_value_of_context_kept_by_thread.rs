// R5 name-what-is-affine: a value that belongs to a context is given to a thread

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

fn open() -> Homed<Kv> {
    Homed::here(Kv { hits: 0 })
}

fn main() {}
