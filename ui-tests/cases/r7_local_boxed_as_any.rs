// R7 no-escape: a turn hides a local in a `Box<dyn Any>`
// "Must outlive `'static`" means: `dyn Any` keeps what lives for ever, and a local lives as long as its turn (`'1`).
// Box a `lock.root(value)`.

use isolock::prelude::*;
use std::any::Any;

fn remember(lock: &mut Lock<'_>, memory: &mut Vec<Box<dyn Any>>) -> Result<(), RunError> {
    memory.push(Box::new(lock.eval("settings")?));
    Ok(())
}

fn main() {}
