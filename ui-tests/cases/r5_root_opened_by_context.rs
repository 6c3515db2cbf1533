// R5 name-what-is-affine: a root is opened with a context, which is no proof of a turn

use isolock::prelude::*;
use isolock::v8;

fn is_function(ctx: &IoContext, root: &JsRoot<v8::Value>) -> Result<bool, RunError> {
    Ok(root.get(ctx)?.is_function())
}

fn main() {}
