// R2 explicit-captures: `move` does not list a variable

use isolock::prelude::*;

async fn greet(ctx: &IoContext, name: String) -> Result<(), RunError> {
    ctx.run((), move |lock, ()| lock.console_log(&name)).await
}

fn main() {}
