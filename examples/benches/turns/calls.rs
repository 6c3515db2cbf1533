//! Calls from JS into annotated functions.

use super::turn::per_op;
use futures::executor::block_on;
use isolock::prelude::*;
use std::time::Instant;

pub(crate) const CALLS: u32 = 100_000;
const AWAITS: u32 = 500;

/// The same for both sides.
pub(crate) const SCRIPT: &str = "
    function addMany(n) { let sum = 0; for (let i = 0; i < n; i++) sum = add(sum, i + 0.5); return sum; }
    async function awaitMany(n) { let sum = 0; for (let i = 0; i < n; i++) sum += await later(i); return sum; }
";

#[isolate_fn]
fn add(a: f64, b: f64) -> f64 {
    a + b
}

#[isolate_fn]
async fn later(a: f64) -> f64 {
    a
}

pub(crate) fn context(isolate: &Isolate) -> Result<IoContext, RunError> {
    block_on(isolate.context(ContextOptions::new()).setup((), |lock, ()| {
        lock.install((add {}, later {}))?;
        lock.eval(SCRIPT).map(drop)
    }))
}

/// The sum that `addMany` must give.
pub(crate) fn expected() -> f64 {
    let n = f64::from(CALLS);
    n * n / 2.0
}

/// Nanoseconds per call of the annotated `add`, the time of the one turn included.
pub(crate) fn sync(ctx: &IoContext) -> Result<f64, RunError> {
    many(ctx, &format!("addMany({CALLS})"), CALLS, expected())
}

/// Nanoseconds per await of the annotated `later`: a promise, a task on the spawner, a turn that settles it.
pub(crate) fn awaited(ctx: &IoContext) -> Result<f64, RunError> {
    let n = f64::from(AWAITS);
    many(ctx, &format!("awaitMany({AWAITS})"), AWAITS, n * (n - 1.0) / 2.0)
}

fn many(ctx: &IoContext, source: &str, ops: u32, expected: f64) -> Result<f64, RunError> {
    let began = Instant::now();
    let sum: f64 = block_on(ctx.eval(source))?;
    let took = per_op(began, ops);
    assert_eq!(sum.to_bits(), expected.to_bits());
    Ok(took)
}
