// R9 drop-at-home: a Rust value is rooted as if it belonged to the isolate

use isolock::prelude::*;

async fn keep(ctx: &IoContext, path: std::path::PathBuf) -> Result<(), RunError> {
    ctx.run((path,), |lock, (path,)| drop(lock.root(path))).await
}

fn main() {}
