// R2 explicit-captures: a turn takes along a type of the program that does not say that it may cross

use isolock::prelude::*;

struct Settings {
    title: String,
}

async fn configure(ctx: &IoContext, settings: Settings) -> Result<(), RunError> {
    ctx.try_run((settings,), |lock, (settings,)| lock.set_global("title", settings.title)).await
}

fn main() {}
