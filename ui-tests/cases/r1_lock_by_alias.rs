// R1 enter-by-run: a host function takes the lock by another name

use isolock::{Lock as Js, prelude::*};

#[isolate_fn]
fn log(js: &mut Js<'_>, line: String) {
    js.console_log(&line);
}

fn main() {}
