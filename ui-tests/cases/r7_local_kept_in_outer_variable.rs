// R7 no-escape: a handle scope gives a local to the scope around it
// E0521 means: locals made in `lock.scope(..)` end with it. Return a Rust value from the closure, or a `lock.root(..)`.

use isolock::prelude::*;

fn last(lock: &mut Lock<'_>) -> Result<bool, RunError> {
    let mut last = lock.undefined();
    for index in 0..1000 {
        lock.scope(|lock| {
            last = lock.eval(&format!("items[{index}]"))?;
            Ok::<_, RunError>(())
        })?;
    }
    Ok(last.is_object())
}

fn main() {}
