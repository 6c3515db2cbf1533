// R6 never-mix: a value of one lock is used under another
// The message means: two locks are two turns, maybe of two isolates, and a local belongs to its own. Don't give both
// one lifetime, as rustc proposes: nobody could call that. Convert the value to a Rust one in between.

use isolock::prelude::*;

fn copy(from: &mut Lock<'_>, to: &mut Lock<'_>) -> Result<(), RunError> {
    let settings = from.eval("settings")?;
    to.set_global("settings", settings)
}

fn main() {}
