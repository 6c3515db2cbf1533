// R2 explicit-captures: the set-up of a context mentions a variable that is not listed
// E0308 means: the body is a plain `fn`, which takes along only what is listed. "`version` captured here" is the
// variable to list: `((version,), |lock, (version,)| ..)`.

use isolock::prelude::*;

async fn start(isolate: &Isolate, version: u32) -> Result<IoContext, RunError> {
    isolate.context(ContextOptions::new()).setup((), |lock, ()| lock.set_global("version", version)).await
}

fn main() {}
