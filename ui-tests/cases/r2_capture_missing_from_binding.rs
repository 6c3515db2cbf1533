// R2 explicit-captures: a binding is installed without what its function captures
// E0063 means: the binding's fields are the parameters marked `#[capture]`, and each has to be given: `greet { greeting
// }`.

use isolock::prelude::*;
use std::sync::Arc;

#[isolate_fn]
fn greet(#[capture] greeting: &Arc<str>, name: String) -> String {
    format!("{greeting}, {name}")
}

async fn start(isolate: &Isolate) -> Result<IoContext, RunError> {
    isolate.context(ContextOptions::new()).setup((), |lock, ()| lock.install((greet {},))).await
}

fn main() {}
