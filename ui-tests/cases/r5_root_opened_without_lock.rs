// R5 name-what-is-affine: a root is opened where nothing proves a turn

use isolock::prelude::*;
use isolock::v8;

fn describe(root: &JsRoot<v8::Value>) -> Result<String, RunError> {
    Ok(format!("{:?}", root.get()?))
}

fn main() {}
