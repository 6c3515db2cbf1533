// R5 name-what-is-affine: a root is opened where nothing proves a turn
// E0061 means: a root is opened with the lock of a turn: `root.try_get(lock)?`. Take `lock: &Lock<'_>` as a parameter.

use isolock::prelude::*;
use isolock::v8;

fn describe(root: &JsRoot<v8::Value>) -> Result<String, RunError> {
    Ok(format!("{:?}", root.try_get()?))
}

fn main() {}
