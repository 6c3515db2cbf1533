// R9 drop-at-home: a Rust value is rooted as if the isolate owned it
// E0308 means: `lock.root` takes a value of V8 (`Local`). A Rust value is owned by whoever has it: list it as a
// capture.

use isolock::prelude::*;

async fn keep(ctx: &IoContext, path: std::path::PathBuf) -> Result<(), RunError> {
    ctx.run((path,), |lock, (path,)| drop(lock.root(path))).await
}

fn main() {}
