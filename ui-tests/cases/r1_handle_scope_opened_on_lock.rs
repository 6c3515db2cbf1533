// R1 enter-by-run: a turn opens a handle scope with the macro of the v8 crate

use isolock::prelude::*;
use isolock::v8;

fn count(lock: &mut Lock<'_>) -> u32 {
    v8::scope!(let scope, lock);
    let array = v8::Array::new(scope, 3);
    array.length()
}

fn main() {}
