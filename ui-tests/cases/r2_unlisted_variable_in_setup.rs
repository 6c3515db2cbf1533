// R2 explicit-captures: the set-up of a context mentions a variable that is not listed

use isolock::prelude::*;

async fn start(isolate: &Isolate, version: u32) -> Result<IoContext, RunError> {
    isolate.context(ContextOptions::new()).setup((), |lock, ()| lock.set_global("version", version)).await
}

fn main() {}
