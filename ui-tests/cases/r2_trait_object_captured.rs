// R2 explicit-captures: a context's set-up takes along trait objects whose trait doesn't say that they may go there

use isolock::prelude::*;

trait Plugin: Send {
    fn source(&self) -> String;
}

async fn start(isolate: &Isolate, plugins: Vec<Box<dyn Plugin>>) -> Result<IoContext, RunError> {
    isolate
        .context(ContextOptions::new())
        .setup((plugins,), |lock, (plugins,)| {
            plugins.iter().try_for_each(|plugin| lock.eval(&plugin.source()).map(|_| ()))
        })
        .await
}

fn main() {}
