// R1 enter-by-run: a turn keeps its state in a slot of the isolate
// E0596 means: a `Lock` lends the v8 crate's scope by `&` only, because the isolate moves between threads and the `Rc`
// must not. Keep the state in Rust and take it along as a capture: `Arc<Mutex<..>>`.

use isolock::prelude::*;
use std::{cell::RefCell, collections::HashMap, rc::Rc};

async fn remember(ctx: &IoContext) -> Result<(), RunError> {
    ctx.run((), |lock, ()| {
        lock.set_slot(Rc::new(RefCell::new(HashMap::<String, u32>::new())));
    })
    .await
}

fn main() {}
