// R1 enter-by-run: a turn catches exceptions with the macro of the v8 crate
// E0277 means: a `Lock` is not one of the v8 crate's scopes. Write `lock.try_catch(|lock| ..)`, and return an
// `Option` from it, as V8 does.

use isolock::prelude::*;
use isolock::v8;

fn load(lock: &mut Lock<'_>, source: &str) -> bool {
    v8::tc_scope!(let scope, lock);
    let source = v8::String::new(lock, source).unwrap();
    v8::Script::compile(lock, source, None).is_some()
}

fn main() {}
