// R2 explicit-captures: a message type with an `Rc` in it derives `Portable`
//
// The first error is rustc's own: what crosses a turn's boundary has to be `Send`, too, and it says at the type's name
// which part of the type isn't. The second one stands at the field and says what to write instead.

use isolock::prelude::*;
use std::rc::Rc;

#[derive(Portable)]
struct Job {
    id: u64,
    names: Rc<[String]>,
}

async fn submit(ctx: &IoContext, job: Job) -> Result<(), RunError> {
    ctx.try_run((job,), |lock, (job,)| lock.set_global("names", job.names.to_vec())).await
}

fn main() {}
