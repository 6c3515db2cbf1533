// R7 no-escape: a host function returns a map, where only the program knows what JS object it is to be

use isolock::prelude::*;
use std::collections::BTreeMap;

#[isolate_fn]
fn limits() -> BTreeMap<&'static str, f64> {
    BTreeMap::from([("files", 16.0), ("memory", 64.0)])
}

fn main() {}
