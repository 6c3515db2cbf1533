// R7 no-escape: a local is asked of `eval`, which hands its value out of the turn

use isolock::prelude::*;
use isolock::v8;

async fn has_settings(ctx: &IoContext) -> Result<bool, RunError> {
    let settings: v8::Local<'_, v8::Value> = ctx.eval("settings").await?;
    Ok(settings.is_object())
}

fn main() {}
