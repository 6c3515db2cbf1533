// R7 no-escape: a JS function gives something that can't become a JS value

use isolock::prelude::*;
use std::time::Instant;

fn install(lock: &mut Lock<'_>, began: Instant) -> Result<(), RunError> {
    let now = lock.function("began", (began,), |_lock, (began,), (): ()| *began)?;
    lock.set_global("began", now)
}

fn main() {}
