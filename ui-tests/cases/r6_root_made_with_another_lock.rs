// R6 never-mix: a value of one lock is rooted with another
// The message means: a lock roots the locals of its own turn, because the root remembers the isolate. Write
// `from.root(settings)`. Don't give both locks one lifetime, as rustc proposes: nobody could call that.

use isolock::prelude::*;
use isolock::v8;

fn keep(from: &mut Lock<'_>, to: &mut Lock<'_>) -> Result<JsRoot<v8::Value>, RunError> {
    let settings = from.eval("settings")?;
    Ok(to.root(settings))
}

fn main() {}
