// R7 no-escape: a JS function keeps the arguments of a call for a later one
// E0521 means: what is called `args` is valid for this call alone. Convert what is needed, or keep it as a `JsRoot`.

use isolock::{Arguments, prelude::*};
use std::cell::RefCell;

thread_local! {
    static LAST: RefCell<Option<&'static Arguments<'static>>> = const { RefCell::new(None) };
}

fn install(lock: &mut Lock<'_>) -> Result<(), RunError> {
    let remember = lock.function_with("remember", (), |lock, (), args| {
        LAST.set(Some(args));
        Ok(lock.undefined())
    })?;
    lock.set_global("remember", remember)
}

fn main() {}
