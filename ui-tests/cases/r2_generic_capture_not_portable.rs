// R2 explicit-captures: a generic host function captures a type that need not be portable
// rustc's `help` at the parameter is the way out: say it of the type, `T: Display + Portable`.

use isolock::prelude::*;
use std::fmt::Display;

#[isolate_fn]
fn describe<T: Display>(#[capture] thing: &T, suffix: String) -> String {
    format!("{thing}{suffix}")
}

fn main() {}
