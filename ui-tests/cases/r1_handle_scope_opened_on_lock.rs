// R1 enter-by-run: a turn opens a handle scope with the macro of the v8 crate
// E0277 means: a `Lock` is not one of the v8 crate's scopes. `lock.scope(|lock| ..)` opens a handle scope, and
// `lock.try_catch(|lock| ..)` catches exceptions.

use isolock::prelude::*;
use isolock::v8;

fn count(lock: &mut Lock<'_>) -> u32 {
    v8::scope!(let scope, lock);
    let array = v8::Array::new(scope, 3);
    array.length()
}

fn main() {}
