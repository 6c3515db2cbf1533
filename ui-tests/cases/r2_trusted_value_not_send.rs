// R2 explicit-captures: an `Rc` is trusted to cross the boundary of a turn
// E0277 means: trust is for what is `Send` and not on the list. Nobody's word makes an `Rc` safe on two threads: use `Arc`.

use isolock::prelude::*;
use std::rc::Rc;

async fn configure(ctx: &IoContext, settings: Rc<str>) -> Result<(), RunError> {
    let settings = Trusted::new("nobody else has a clone", settings);
    ctx.run((settings,), |lock, (settings,)| lock.console_log(&settings)).await
}

fn main() {}
