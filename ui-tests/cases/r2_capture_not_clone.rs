// R2 explicit-captures: an async host function captures what can not be cloned, and every call needs one of its own

use isolock::prelude::*;

struct Database {
    path: String,
}

impl Portable for Database {}

#[isolate_fn]
async fn path(#[capture] database: Database) -> String {
    database.path
}

fn main() {}
