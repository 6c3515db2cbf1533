// R2 explicit-captures: a type with a reference to shared data derives `Portable`

use isolock::prelude::*;

struct Config {
    title: String,
}

#[derive(Portable)]
struct Page {
    number: u32,
    config: &'static Config,
}

async fn title(ctx: &IoContext, page: Page) -> Result<String, RunError> {
    ctx.run((page,), |_lock, (page,)| page.config.title.clone()).await
}

fn main() {}
