// R5 name-what-is-affine: a value that stays on its thread is given to a context

use isolock::{Affine, OwnedHere, Owner, prelude::*};
use std::{cell::Cell, rc::Rc};

struct Socket {
    sent: Rc<Cell<u64>>,
}

impl Affine for Socket {
    const OWNER: Owner = Owner::Thread;
    const NAME: &'static str = "Socket";
    type Handle = WeakHomed<Self>;
}

impl OwnedHere for Socket {}

async fn open(ctx: &IoContext) -> Result<(), RunError> {
    ctx.run((), |lock, ()| {
        lock.own(Socket { sent: Rc::default() });
    })
    .await
}

fn main() {}
