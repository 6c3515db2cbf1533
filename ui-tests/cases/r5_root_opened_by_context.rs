// R5 name-what-is-affine: a root is opened with a context, which is no proof of a turn
// E0308 means: only the lock of a turn opens a root: `ctx.try_run((root,), |lock, (root,)|
// Ok(root.try_get(lock)?.is_function()))`.

use isolock::prelude::*;
use isolock::v8;

fn is_function(ctx: &IoContext, root: &JsRoot<v8::Value>) -> Result<bool, RunError> {
    Ok(root.try_get(ctx)?.is_function())
}

fn main() {}
