// R7 no-escape: a host function borrows the lock for as long as it lives
// All three errors mean: `&'s mut Lock<'s>` borrows the lock until its own end, so nobody could use it afterwards.
// Write `lock: &mut Lock<'s>`.

use isolock::prelude::*;

#[isolate_fn]
fn reload<'s>(lock: &'s mut Lock<'s>) -> Result<(), RunError> {
    lock.eval("reload()").map(|_| ())
}

fn main() {}
