// R7 no-escape: a sync host function takes an event, where the lock is what it has

use isolock::prelude::*;

#[isolate_fn]
fn log(ev: Event, text: String) -> String {
    format!("{}: {text}", ev.id())
}

fn main() {}
