// R2 explicit-captures: an `Rc` is taken into a turn

use isolock::prelude::*;
use std::rc::Rc;

async fn configure(ctx: &IoContext, settings: Rc<str>) -> Result<(), RunError> {
    ctx.run((settings,), |lock, (settings,)| lock.console_log(&settings)).await
}

fn main() {}
