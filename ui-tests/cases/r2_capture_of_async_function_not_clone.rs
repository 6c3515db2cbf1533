// R2 explicit-captures: an asynchronous JS function captures what can't be cloned, and each call needs a clone of its own
// "In `(..)`, the trait `Clone` is not implemented for" names the capture that each call would need a clone of. Share it:
// `Arc<Mutex<Option<Sender<f64>>>>`.

use futures::channel::oneshot::Sender;
use isolock::prelude::*;

fn install(lock: &mut Lock<'_>, done: Sender<f64>) -> Result<(), RunError> {
    let finish = lock.async_function("finish", (done,), |_ev, (done,), (n,): (f64,)| async move { done.send(n).is_ok() })?;
    lock.set_global("finish", finish)
}

fn main() {}
