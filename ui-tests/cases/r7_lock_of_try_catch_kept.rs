// R7 no-escape: the lock that catches exceptions is used after it has caught them
// E0521 means: the lock that `lock.try_catch(..)` lends ends with it. Do the work inside the closure; after it,
// `lock` is free again.

use isolock::prelude::*;

fn load(lock: &mut Lock<'_>, source: &str) -> Result<(), RunError> {
    let mut catching = None;
    lock.try_catch(|lock| {
        catching = Some(lock);
        Some(())
    })?;
    if let Some(lock) = catching {
        lock.eval(source)?;
    }
    Ok(())
}

fn main() {}
