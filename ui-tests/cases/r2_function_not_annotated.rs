// R2 explicit-captures: a function is installed that nobody annotated

use isolock::prelude::*;

fn add(a: f64, b: f64) -> f64 {
    a + b
}

async fn start(isolate: &Isolate) -> Result<IoContext, RunError> {
    isolate.context(ContextOptions::new()).setup((), |lock, ()| lock.install((add {},))).await
}

fn main() {}
