// R7 no-escape: inside a handle scope the lock of the scope around it is used
// E0500 and E0501 mean: while `lock.scope(..)` runs, the lock around it is asleep. Use the one that the closure is
// given, and return a Rust value.

use isolock::prelude::*;

fn names(lock: &mut Lock<'_>, count: u32) -> Result<bool, RunError> {
    let mut last = lock.undefined();
    for index in 0..count {
        lock.scope(|_inner| {
            last = lock.eval(&format!("names[{index}]"))?;
            Ok::<_, RunError>(())
        })?;
    }
    Ok(last.is_string())
}

fn main() {}
