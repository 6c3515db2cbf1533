// R5 name-what-is-affine: a field is made an exception without saying why

use isolock::prelude::*;
use std::fs::File;

#[thread_affine(owner = context)]
struct AuditLog {
    #[affine]
    file: File,
}

fn main() {}
