//! temporary
#[path = "../turns/calls.rs"]
mod calls;
#[path = "../turns/turn.rs"]
mod turn;
use isolock::prelude::*;
use std::time::{Duration, Instant};
fn main() -> Result<(), RunError> {
    let what = std::env::args().nth(1).unwrap();
    let runtime = Runtime::builder().build()?;
    let iso = runtime.isolate(IsolateOptions::new().home(if what == "home" { Home::Pinned } else { Home::Shared }))?;
    let ctx = calls::context(&iso)?;
    let until = Instant::now() + Duration::from_secs(4);
    let mut best = f64::MAX;
    while Instant::now() < until {
        best = best.min(match &*what {
            "run" => turn::polled(&ctx)?,
            "home" => turn::at_home(&ctx)?,
            "sync" => calls::sync(&ctx)?,
            _ => calls::awaited(&ctx)?,
        });
    }
    println!("{what} best {best}");
    Ok(())
}
