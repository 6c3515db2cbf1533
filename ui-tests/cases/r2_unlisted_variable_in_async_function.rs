// R2 explicit-captures: an asynchronous JS function made from a closure mentions a variable that is not listed
// E0308 means: the body is a plain `fn`, which takes along only what is listed. "`client` captured here" is the variable
// to list: `("lookUp", (client,), |_ev, (client,), (key,): (String,)| ..)`.

use isolock::prelude::*;
use std::{collections::HashMap, sync::Arc};

async fn install(ctx: &IoContext, client: Arc<HashMap<String, f64>>) -> Result<(), RunError> {
    ctx.try_run((client,), |lock, (client,)| {
        let look_up = lock.async_function("lookUp", (), |_ev, (), (key,): (String,)| {
            let client = client.clone();
            async move { client.get(&key).copied() }
        })?;
        lock.set_global("lookUp", look_up)
    })
    .await
}

fn main() {}
