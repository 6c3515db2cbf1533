// R4 no-blocking: a turn takes along a thread, to wait for its result

use isolock::prelude::*;
use std::thread::JoinHandle;

async fn publish(ctx: &IoContext, checksum: JoinHandle<f64>) -> Result<(), RunError> {
    ctx.try_run((checksum,), |lock, (checksum,)| {
        lock.set_global("checksum", checksum.join().expect("the thread doesn't panic"))
    })
    .await
}

fn main() {}
