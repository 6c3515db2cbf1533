// R7 no-escape: a host function fails with something that is no `std::error::Error`

use isolock::prelude::*;

#[isolate_fn]
fn parse(text: String) -> Result<f64, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

fn main() {}
