// R7 no-escape: the lock of a handle scope is used after the scope
// The message means: the lock that `lock.scope(..)` lends ends with it. Do the work inside the closure.

use isolock::prelude::*;

fn load(lock: &mut Lock<'_>, sources: &[String]) -> Result<(), RunError> {
    for source in sources {
        let inner = lock.scope(|lock| lock);
        inner.eval(source)?;
    }
    Ok(())
}

fn main() {}
