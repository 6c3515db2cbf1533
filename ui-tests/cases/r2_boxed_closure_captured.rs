// R2 explicit-captures: a turn is given a boxed closure, and nobody can see what that captured

use isolock::prelude::*;

type Job = Box<dyn FnOnce(&mut Lock<'_>) + Send>;

async fn run_job(ctx: &IoContext, job: Job) -> Result<(), RunError> {
    ctx.run((job,), |lock, (job,)| job(lock)).await
}

fn main() {}
