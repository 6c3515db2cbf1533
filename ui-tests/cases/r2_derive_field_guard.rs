// R2 explicit-captures: a type that holds the guard of a lock derives `Portable`
//
// The first error is rustc's own: a guard stays on its thread, so the whole type does. The second one stands at the
// field and says what to write instead.

use isolock::prelude::*;
use std::sync::MutexGuard;

#[derive(Portable)]
struct Session {
    user: String,
    rows: MutexGuard<'static, Vec<String>>,
}

async fn show(ctx: &IoContext, session: Session) -> Result<(), RunError> {
    ctx.try_run((session,), |lock, (session,)| lock.set_global("user", session.user)).await
}

fn main() {}
