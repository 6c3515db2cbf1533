// R7 no-escape: a handle scope swaps its lock with the one around it, to go on with that
// All four errors mean: while `lock.scope(..)` runs, the lock around it is asleep, and the two don't have one
// lifetime. Use the one that the closure is given, and return a Rust value.

use isolock::prelude::*;

fn load(lock: &mut Lock<'_>, source: &str) -> Result<bool, RunError> {
    let mut value = lock.undefined();
    lock.scope(|inner| {
        std::mem::swap(lock, inner);
        value = lock.eval(source)?;
        Ok::<_, RunError>(())
    })?;
    Ok(value.is_object())
}

fn main() {}
