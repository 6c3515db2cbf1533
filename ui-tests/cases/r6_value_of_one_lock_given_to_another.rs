// R6 never-mix: a value of one lock is used under another

use isolock::prelude::*;

fn copy(from: &mut Lock<'_>, to: &mut Lock<'_>) -> Result<(), RunError> {
    let settings = from.eval("settings")?;
    to.set_global("settings", settings)
}

fn main() {}
