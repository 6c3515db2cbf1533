// R2 explicit-captures: the continuation of a promise mentions a variable that is not listed
// E0308 means: the body is a plain `fn`, which takes along only what is listed. "`done` captured here" is the variable to
// list: `(promise, (done,), |_lock, (done,), outcome| ..)`.

use isolock::{prelude::*, v8};
use std::sync::mpsc::Sender;

fn tell(lock: &mut Lock<'_>, promise: v8::Local<'_, v8::Promise>, done: Sender<f64>) -> Result<(), RunError> {
    lock.then(promise, (), |_lock, (), outcome: Result<f64, RunError>| {
        done.send(outcome.unwrap_or_default()).is_ok()
    })?;
    Ok(())
}

fn main() {}
