// R5 name-what-is-affine: a function that makes a resource is annotated instead of the resource's type

use isolock::prelude::*;
use std::fs::File;

#[thread_affine(owner = context)]
fn open_log(path: String) -> std::io::Result<File> {
    File::create(path)
}

fn main() {}
