// R7 no-escape: a turn fails with `?`, and nothing says with which type of error
// E0283 means: `?` converts errors, both in the body and after the `.await`, so neither says which type is in between.
// Name it: `Ok::<_, RunError>(..)`.

use isolock::prelude::*;

async fn width(ctx: &IoContext) -> Result<f64, RunError> {
    let width = ctx
        .try_run((), |lock, ()| {
            let width = lock.eval("width")?;
            Ok(width.number_value(lock))
        })
        .await?;
    Ok(width.unwrap_or(80.0))
}

fn main() {}
