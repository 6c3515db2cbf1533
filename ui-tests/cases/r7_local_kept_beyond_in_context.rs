// R7 no-escape: a local that was made inside another context is used after leaving it
// The message means: locals made in `lock.in_context(..)` (`'1`) end with it, and `'2` is around it. Return a Rust
// value from the closure, or a `lock.root(value)`.

use isolock::prelude::*;

fn settings_of(lock: &mut Lock<'_>, other: &WeakIoContext) -> Result<bool, RunError> {
    let settings = lock.in_context(other, (), |lock, ()| lock.eval("settings"))??;
    Ok(settings.is_object())
}

fn main() {}
