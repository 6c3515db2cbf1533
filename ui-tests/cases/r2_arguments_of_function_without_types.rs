// R2 explicit-captures: a JS function doesn't say what its arguments are converted to
// E0283 means: the types of the arguments are part of the function. Write `(line,): (String,)`, or `(): ()` for none.

use isolock::prelude::*;

fn install(lock: &mut Lock<'_>) -> Result<(), RunError> {
    let log = lock.function("log", (), |lock, (), _args| lock.console_log("called"))?;
    lock.set_global("log", log)
}

fn main() {}
