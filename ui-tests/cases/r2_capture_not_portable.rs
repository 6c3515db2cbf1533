// R2 explicit-captures: a host function captures a type that may not cross the boundary of a turn
// Calls may come from any thread, one after another: a `Mutex` instead of the `RefCell`.

use isolock::prelude::*;
use std::{cell::RefCell, collections::HashMap};

#[isolate_fn]
fn lookup(#[capture] cache: &RefCell<HashMap<String, String>>, key: String) -> Option<String> {
    cache.borrow().get(&key).cloned()
}

fn main() {}
