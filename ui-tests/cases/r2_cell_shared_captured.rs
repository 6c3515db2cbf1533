// R2 explicit-captures: turns share a `RefCell`
// E0277 means: turns move between threads, so what they share by `Arc` has to be `Sync`. Share a `Mutex`.

use isolock::prelude::*;
use std::{cell::RefCell, sync::Arc};

async fn remember(ctx: &IoContext, log: Arc<RefCell<Vec<String>>>) -> Result<(), RunError> {
    ctx.run((log,), |lock, (log,)| log.borrow_mut().push(lock.entered().to_string())).await
}

fn main() {}
