// R5 name-what-is-affine: a resource is annotated, and nothing says to whom its values are bound

use isolock::prelude::*;
use std::fs::File;

#[thread_affine]
struct AuditLog {
    own_file: File,
    lines: u64,
}

fn main() {}
