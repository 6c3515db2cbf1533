// R6 never-mix: two contexts swap their locks
// E0521 and E0505 mean: inside `in_context` there is only the inner lock, and the one around it is asleep. Give
// values to the other context, not locks: `lock.root(value)`, and list the root.

use isolock::prelude::*;

fn exchange(lock: &mut Lock<'_>, other: &WeakIoContext) -> Result<(), RunError> {
    lock.in_context(other, lock, |inner, outer| std::mem::swap(inner, outer))
}

fn main() {}
