// R2 explicit-captures: the body of a timer mentions a variable that is not listed
// E0308 means: the body is a plain `fn`, which takes along only what is listed. "`name` captured here" is the variable to
// list: `(after, (name,), |lock, (name,)| ..)`.

use isolock::{Timer, prelude::*};
use std::time::Duration;

fn expire(lock: &mut Lock<'_>, name: String) -> Timer {
    lock.timer(Duration::from_secs(30), (), |lock, ()| lock.console_log(&name))
}

fn main() {}
