// R3 weak-across-threads: a host function captures a strong context
// A `WeakIoContext` is entered with `other.try_run((), |lock, ()| ..)`, where `lock.eval` does the rest.

use isolock::prelude::*;

#[isolate_fn]
async fn ping(#[capture] other: IoContext) -> Result<f64, RunError> {
    other.eval("1").await
}

fn main() {}
