// R2 explicit-captures: a turn takes along a weak reference to something of its caller's thread

use isolock::prelude::*;
use std::{
    cell::Cell,
    rc::{Rc, Weak},
};

async fn count(ctx: &IoContext, hits: &Rc<Cell<u32>>) -> Result<(), RunError> {
    let hits: Weak<Cell<u32>> = Rc::downgrade(hits);
    ctx.run((hits,), |_lock, (hits,)| {
        if let Some(hits) = hits.upgrade() {
            hits.set(hits.get() + 1);
        }
    })
    .await
}

fn main() {}
