// R7 no-escape: the v8 crate's scope is kept in a variable of the thread, for helpers that have no lock
// E0521 means: the scope ends with its turn, and the variable keeps what lives for ever (`'static`). Hand the lock
// down as a parameter: `fn(&mut Lock<'_>)`.

use isolock::prelude::*;
use isolock::v8;
use std::cell::Cell;

thread_local! {
    static SCOPE: Cell<Option<&'static v8::PinScope<'static, 'static>>> = const { Cell::new(None) };
}

fn with_scope(lock: &mut Lock<'_>, f: fn()) {
    SCOPE.set(Some(lock));
    f();
    SCOPE.set(None);
}

fn main() {}
