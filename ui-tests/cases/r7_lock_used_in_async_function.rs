// R7 no-escape: an asynchronous JS function wants to use the lock of the turn that made it
// E0308 means: the body is a plain `fn`, and "`lock` captured here" has no lock to take along: none is held while it
// awaits. Enter the context with the event: `ev.run((n,), |lock, (n,)| ..).await`.

use isolock::prelude::*;

fn install(lock: &mut Lock<'_>) -> Result<(), RunError> {
    let later = lock.async_function("later", (), |_ev, (), (n,): (f64,)| async move {
        futures::future::ready(()).await;
        lock.set_global("n", n)
    })?;
    lock.set_global("later", later)
}

fn main() {}
