// R4 no-blocking: a host function reads a file under the lock

use isolock::prelude::*;

#[isolate_fn]
fn read_text(path: String) -> Result<String, std::io::Error> {
    std::fs::read_to_string(path)
}

fn main() {}
