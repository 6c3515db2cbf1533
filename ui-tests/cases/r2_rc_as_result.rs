// R2 explicit-captures: a turn gives back an `Rc`
// The trait that `Rc` lacks is called `UseArc`, and that is what to do: turns move between threads, and `Rc` can't.

use isolock::prelude::*;
use std::rc::Rc;

async fn title(ctx: &IoContext) -> Result<Rc<str>, RunError> {
    ctx.run((), |lock, ()| Rc::from(lock.isolate_id().to_string())).await
}

fn main() {}
