// R2 explicit-captures: a finalizer mentions a variable that is not listed
// E0308 means: the body is a plain `fn`, which takes along only what is listed. "`closed` captured here" is the variable to
// list: `(file, (closed,), |_lock, (closed,)| ..)`.

use isolock::{Finalizer, prelude::*, v8};
use std::sync::mpsc::Sender;

fn watch(lock: &mut Lock<'_>, file: v8::Local<'_, v8::Object>, closed: Sender<()>) -> Result<Finalizer, RunError> {
    lock.finalizer(file, (), |_lock, ()| closed.send(()).unwrap_or_default())
}

fn main() {}
