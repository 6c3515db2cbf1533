// R2 explicit-captures: an argument of a host function is a struct of the program
// The first error is about `norm::run(&ctx, point)`, which takes the argument into a turn, the second about JS.

use isolock::prelude::*;

struct Point {
    x: f64,
    y: f64,
}

#[isolate_fn]
fn norm(point: Point) -> f64 {
    point.x.hypot(point.y)
}

fn main() {}
