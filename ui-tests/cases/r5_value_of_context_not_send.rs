// R5 name-what-is-affine: a value that isn't `Send` is said to belong to a context
// E0277 means: the turns of a context move between threads, and its values with them. Use `Arc`, or `owner = thread` and a
// pinned home.

use isolock::{Affine, OwnedInTurns, Owner, prelude::*};
use std::{cell::Cell, rc::Rc};

struct Kv {
    hits: Rc<Cell<u64>>,
}

impl Affine for Kv {
    const OWNER: Owner = Owner::Context;
    const NAME: &'static str = "Kv";
    type Handle = WeakHomed<Self>;
}

impl OwnedInTurns for Kv {}

fn main() {}
