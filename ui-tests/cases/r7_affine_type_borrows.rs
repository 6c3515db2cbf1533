// R7 no-escape: a resource borrows from whoever made it, and its owner keeps it for longer

use isolock::prelude::*;

#[thread_affine(owner = context)]
struct Reader<'a> {
    own_bytes: &'a [u8],
    position: usize,
}

fn main() {}
