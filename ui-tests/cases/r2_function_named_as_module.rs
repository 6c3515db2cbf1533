// R2 explicit-captures: a host function stands beside a module of its name
// The binding is a type, and modules and types share one namespace. Rename one of them: `#[isolate_fn(name = "math")]`
// keeps the function's name in JavaScript.

use isolock::prelude::*;

mod math {
    pub fn half(n: f64) -> f64 {
        n / 2.0
    }
}

#[isolate_fn]
fn math(n: f64) -> f64 {
    math::half(n)
}

fn main() {}
