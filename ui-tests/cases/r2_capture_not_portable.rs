// R2 explicit-captures: a host function captures a type that may not cross the boundary of a turn
// A `RefCell` that the function has for itself may be captured; one that is shared becomes an `Arc<Mutex<_>>`.

use isolock::prelude::*;
use std::{cell::RefCell, collections::HashMap, rc::Rc};

#[isolate_fn]
fn lookup(#[capture] cache: &Rc<RefCell<HashMap<String, String>>>, key: String) -> Option<String> {
    cache.borrow().get(&key).cloned()
}

fn main() {}
