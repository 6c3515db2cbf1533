// R2 explicit-captures: a host function forgets to mark what it captures, so that JS would have to pass it

use isolock::prelude::*;
use std::sync::mpsc::Sender;

#[isolate_fn]
fn emit(sender: Sender<String>, text: String) -> bool {
    sender.send(text).is_ok()
}

fn main() {}
