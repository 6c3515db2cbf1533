// R2 explicit-captures: a turn takes along a wrapper that claims to be `Send`

use isolock::prelude::*;
use std::rc::Rc;

struct SendWrapper<T>(T);
// SAFETY: none; it compiles all the same, and that is why `Send` is not what isolock asks for.
unsafe impl<T> Send for SendWrapper<T> {}

async fn configure(ctx: &IoContext, settings: Rc<str>) -> Result<(), RunError> {
    let settings = SendWrapper(settings);
    ctx.run((settings,), |lock, (settings,)| lock.console_log(&settings.0)).await
}

fn main() {}
