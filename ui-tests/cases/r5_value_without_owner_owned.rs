// R5 name-what-is-affine: a value whose type doesn't say whose it is is given to a context

use isolock::prelude::*;

struct Connection {
    rows: u64,
}

async fn open(ctx: &IoContext) -> Result<(), RunError> {
    ctx.run((), |lock, ()| {
        lock.own(Connection { rows: 0 });
    })
    .await
}

fn main() {}
