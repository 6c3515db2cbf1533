// R3 weak-across-threads: a turn takes a strong context along, inside an `Arc`

use isolock::prelude::*;
use std::sync::Arc;

async fn link(ctx: &IoContext, other: Arc<IoContext>) -> Result<(), RunError> {
    ctx.run((other,), |lock, (other,)| lock.console_log(&format!("linked to {}", other.id()))).await
}

fn main() {}
