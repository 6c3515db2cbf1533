// R7 no-escape: a root is opened in a handle scope, and the local is used after it
// The message means: a root gives a local for the scope of the lock that opens it (`'1`), and `'2` is around it. Open
// the root with the lock that uses the local.

use isolock::prelude::*;
use isolock::v8;

fn call(lock: &mut Lock<'_>, handler: &JsRoot<v8::Function>) -> Result<(), RunError> {
    let handler = lock.scope(|lock| handler.try_get(lock))?;
    handler.call(lock, lock.undefined(), &[]);
    Ok(())
}

fn main() {}
