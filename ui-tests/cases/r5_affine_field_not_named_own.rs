// R5 name-what-is-affine: a field holds an open file, and its name doesn't say that it is bound to the owner

use isolock::prelude::*;
use std::fs::File;

#[thread_affine(owner = context)]
struct AuditLog {
    file: File,
    lines: u64,
}

fn main() {}
