// R2 explicit-captures: a host module is made of a function, where the struct beside it is what holds its captures

use isolock::prelude::*;

#[isolate_fn]
fn add(a: f64, b: f64) -> f64 {
    a + b
}

async fn start(isolate: &Isolate) -> Result<IoContext, RunError> {
    isolate.context(ContextOptions::new()).setup((), |lock, ()| lock.module("host:math", (add,))).await
}

fn main() {}
