// R7 no-escape: a turn sends its lock to whoever waits for one
// The message means: a lock is used in its turn and nowhere else. Send what is to be done instead, and do it in the
// turn, or send `ctx.downgrade()` to whoever needs a turn.

use isolock::prelude::*;
use std::sync::mpsc::SyncSender;

async fn lend(ctx: &IoContext, borrower: SyncSender<&'static mut Lock<'static>>) -> Result<bool, RunError> {
    ctx.run((borrower,), |lock, (borrower,)| borrower.send(lock).is_ok()).await
}

fn main() {}
