// R5 name-what-is-affine: the owner of a resource is said in a word of another runtime

use isolock::prelude::*;
use std::fs::File;

#[thread_affine(owner = worker)]
struct AuditLog {
    own_file: File,
}

fn main() {}
