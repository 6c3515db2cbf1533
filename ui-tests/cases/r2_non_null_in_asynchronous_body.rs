// R2 explicit-captures: an asynchronous body takes along a pointer to a node of its caller's tree

use isolock::prelude::*;
use std::ptr::NonNull;

struct Node {
    name: String,
}

async fn rename(ctx: &IoContext, node: NonNull<Node>) -> Result<(), RunError> {
    ctx.spawn((node,), |event, (mut node,)| async move {
        let name = event.run((), |lock, ()| lock.entered().to_string()).await?;
        // SAFETY: the tree outlives the body.
        unsafe { node.as_mut() }.name = name;
        Ok(())
    })
    .await?
}

fn main() {}
