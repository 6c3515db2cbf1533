// R2 explicit-captures: a host function has the lock under a condition

use isolock::prelude::*;

#[isolate_fn]
fn version(#[cfg(debug_assertions)] lock: &mut Lock<'_>) -> String {
    #[cfg(debug_assertions)]
    lock.console_log("asked for the version");
    "1.0".into()
}

fn main() {}
