// R2 explicit-captures: a JS function is called with one argument that is no tuple

use isolock::prelude::*;
use isolock::v8;

async fn double(ctx: &IoContext, module: &JsRoot<v8::Object>) -> Result<f64, RunError> {
    ctx.call(module, "double", 5.0).await
}

fn main() {}
