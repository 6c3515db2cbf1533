//! What isolock costs on top of V8: `cargo bench -p isolock-examples`.
//!
//! Everything is measured in one process, in rounds: each round measures each subject once, ratios are taken within a
//! round (so that what slows the machine down slows both down), and medians over the rounds are printed. Nothing is
//! asserted: a shared machine would make that a coin toss. `cargo bench -p isolock-examples -- 5` runs five seconds.

mod affine;
mod bare;
mod calls;
mod table;
mod turn;

use futures::executor::block_on;
use isolock::prelude::*;
use std::{
    env,
    time::{Duration, Instant},
};
use table::Table;

fn main() -> Result<(), RunError> {
    let seconds = env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(12.0);
    let until = Instant::now() + Duration::from_secs_f64(seconds);

    // The runtime initialises V8, with its platform; only then can there be an isolate by hand.
    let runtime = Runtime::builder().build()?;
    let shared = runtime.isolate(IsolateOptions::new())?;
    let limited = runtime.isolate(IsolateOptions::new().turn_limit(Duration::from_secs(1)).heap_limit(1 << 30))?;
    let pinned = runtime.isolate(IsolateOptions::new().home(Home::Pinned))?;
    let mut subjects = Subjects {
        shared: calls::context(&shared)?,
        limited: calls::context(&limited)?,
        pinned: calls::context(&pinned)?,
        bare: bare::Bare::new(),
    };
    let mut table = Table::default();
    subjects.round(&mut Table::default())?;
    while Instant::now() < until {
        subjects.round(&mut table)?;
    }
    table.print();

    drop(subjects);
    for isolate in [shared, limited, pinned] {
        block_on(isolate.shutdown());
    }
    Ok(())
}

struct Subjects {
    shared: IoContext,
    limited: IoContext,
    pinned: IoContext,
    bare: bare::Bare,
}

const HAND: &str = "turn by hand: lock, scopes";
const HAND_CHECKPOINT: &str = "turn by hand, with checkpoint";
const HAND_CALL: &str = "JS calls a callback by hand";

impl Subjects {
    fn round(&mut self, table: &mut Table) -> Result<(), RunError> {
        table.row(HAND, None, self.bare.turns(false));
        table.row(HAND_CHECKPOINT, Some(HAND), self.bare.turns(true));
        let shared = turn::polled(&self.shared)?;
        table.row("ctx.run, shared home", Some(HAND), shared);
        table.row("  the same", Some(HAND_CHECKPOINT), shared);
        table.row("ctx.run, shared, time and heap limit", Some(HAND), turn::polled(&self.limited)?);
        table.row("ev.run on a pinned home's thread", Some(HAND), turn::at_home(&self.pinned)?);
        table.row("ctx.run from outside a pinned home", Some(HAND), turn::from_outside(&self.pinned)?);

        table.row("a value's method on its handle", Some("ctx.run, shared home"), affine::call(&self.shared)?);
        table.row("  lock.own and take of a value", None, affine::own_and_take(&self.shared)?);
        table.row("  try_get_mut of a value", None, affine::open(&self.shared)?);

        table.row(HAND_CALL, None, self.bare.calls());
        table.row("JS calls #[isolate_fn] add(a, b)", Some(HAND_CALL), calls::sync(&self.shared)?);
        table.row("JS awaits an async #[isolate_fn], shared", None, calls::awaited(&self.shared)?);
        table.row("JS awaits an async #[isolate_fn], pinned", None, calls::awaited(&self.pinned)?);
        Ok(())
    }
}
