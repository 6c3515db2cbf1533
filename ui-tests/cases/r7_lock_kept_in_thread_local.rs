// R7 no-escape: the lock is kept in a variable of the thread, for helpers that have none
// E0521 means: the lock ends with its turn, and the variable keeps what lives for ever (`'static`). Hand the lock
// down as a parameter: `fn(&mut Lock<'_>)`.

use isolock::prelude::*;
use std::cell::RefCell;

thread_local! {
    static LOCK: RefCell<Option<&'static mut Lock<'static>>> = const { RefCell::new(None) };
}

fn with_lock(lock: &mut Lock<'_>, f: fn()) {
    LOCK.set(Some(lock));
    f();
    LOCK.set(None);
}

fn main() {}
