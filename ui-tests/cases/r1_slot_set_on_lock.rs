// R1 enter-by-run: a turn keeps its state in a slot of the isolate

use isolock::prelude::*;
use std::{cell::RefCell, collections::HashMap, rc::Rc};

async fn remember(ctx: &IoContext) -> Result<(), RunError> {
    ctx.run((), |lock, ()| {
        lock.set_slot(Rc::new(RefCell::new(HashMap::<String, u32>::new())));
    })
    .await
}

fn main() {}
