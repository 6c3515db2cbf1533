// R1 enter-by-run: a lock is used for an argument of its own call
// E0499 means: one thing at a time under a lock. Do it in two lines, as rustc proposes.

use isolock::prelude::*;
use isolock::v8;

fn keep(lock: &mut Lock<'_>) -> Result<JsRoot<v8::Value>, RunError> {
    Ok(lock.root(lock.eval("settings")?))
}

fn main() {}
