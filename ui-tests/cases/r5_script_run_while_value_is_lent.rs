// R5 name-what-is-affine: a script is run with the lock while a guard borrows it
// E0502 means: the guard borrows the lock. End it first, or use `kv.with(lock, |kv, lock| …)`.

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

fn publish(lock: &mut Lock<'_>, kv: &WeakHomed<Kv>) -> Result<(), RunError> {
    let guard = kv.try_get(lock)?;
    lock.set_global("hits", guard.hits as f64)?;
    lock.console_log(&format!("{} hits", guard.hits));
    Ok(())
}

fn main() {}
