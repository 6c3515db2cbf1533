// R5 name-what-is-affine: a context owns a value with an `Rc`, and on the shared home its turns move between threads

use isolock::prelude::*;
use std::{cell::RefCell, rc::Rc};

#[thread_affine(owner = context)]
struct Document {
    own_nodes: Rc<RefCell<Vec<String>>>,
}

fn main() {}
