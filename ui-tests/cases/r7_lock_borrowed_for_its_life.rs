// R7 no-escape: a host function borrows the lock for as long as it lives

use isolock::prelude::*;

#[isolate_fn]
fn reload<'s>(lock: &'s mut Lock<'s>) -> Result<(), RunError> {
    lock.eval("reload()").map(|_| ())
}

fn main() {}
