// R2 explicit-captures: a generic type that derives `Portable` is used with a parameter that isn't

use isolock::prelude::*;

struct Row {
    name: String,
}

#[derive(Portable)]
struct Page<T> {
    number: u32,
    items: Vec<T>,
}

async fn count(ctx: &IoContext, page: Page<Row>) -> Result<usize, RunError> {
    ctx.run((page,), |_lock, (page,)| page.items.len()).await
}

fn main() {}
