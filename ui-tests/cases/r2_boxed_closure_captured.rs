// R2 explicit-captures: a turn is given a boxed closure, and nobody can see what that captured
// Whoever gives the job lists what it takes along, as for every entry: `run_job(ctx, captures, job: fn(&mut Lock<'_>,
// C))`.

use isolock::prelude::*;

type Job = Box<dyn FnOnce(&mut Lock<'_>) + Send>;

async fn run_job(ctx: &IoContext, job: Job) -> Result<(), RunError> {
    ctx.run((job,), |lock, (job,)| job(lock)).await
}

fn main() {}
