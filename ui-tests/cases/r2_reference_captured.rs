// R2 explicit-captures: a turn takes along a reference to a value of its caller
// The turn may come later, and on another thread. Give it a clone: `(settings.clone(),)`.

use isolock::prelude::*;
use std::collections::HashMap;

async fn publish(ctx: &IoContext, settings: &HashMap<String, f64>) -> Result<(), RunError> {
    ctx.try_run((settings,), |lock, (settings,)| {
        settings.iter().try_for_each(|(name, value)| lock.set_global(name, *value))
    })
    .await
}

fn main() {}
