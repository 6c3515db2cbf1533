// R2 explicit-captures: an async host function captures what can't be cloned

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
