// R2 explicit-captures: a capture is trusted that is bound to one thread
// "cannot be sent between threads" means: trust replaces `Portable`, never `Send`, because turns move between threads.
// Use `Arc` and an atomic, or keep the value where it is and capture a channel to it.

use isolock::prelude::*;
use std::{cell::Cell, rc::Rc};

#[isolate_fn]
fn tally(#[capture(trusted = "nobody else has it")] hits: &Rc<Cell<u32>>) -> u32 {
    hits.set(hits.get() + 1);
    hits.get()
}

fn main() {}
