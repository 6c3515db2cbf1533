// R2 explicit-captures: a context's set-up takes along a list of `Rc`s

use isolock::prelude::*;
use std::rc::Rc;

async fn start(isolate: &Isolate, plugins: Vec<Rc<str>>) -> Result<IoContext, RunError> {
    isolate
        .context(ContextOptions::new())
        .setup((plugins,), |lock, (plugins,)| plugins.iter().try_for_each(|source| lock.eval(source).map(|_| ())))
        .await
}

fn main() {}
