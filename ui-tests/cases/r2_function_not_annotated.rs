// R2 explicit-captures: a function is installed that nobody annotated
// E0574 means: `add {}` is the struct that `#[isolate_fn]` makes beside a function, and there is none. Annotate `add`.

use isolock::prelude::*;

fn add(a: f64, b: f64) -> f64 {
    a + b
}

async fn start(isolate: &Isolate) -> Result<IoContext, RunError> {
    isolate.context(ContextOptions::new()).setup((), |lock, ()| lock.install((add {},))).await
}

fn main() {}
