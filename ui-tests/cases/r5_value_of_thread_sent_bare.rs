// R5 name-what-is-affine: a value that stays on its thread is sent to another one without its owner
// E0277 means: the value isn't `Send`. Its `Homed` is: `Homed::here(socket)`.

use isolock::{Affine, OwnedHere, Owner, prelude::*};
use std::{cell::Cell, rc::Rc, thread};

struct Socket {
    sent: Rc<Cell<u64>>,
}

impl Affine for Socket {
    const OWNER: Owner = Owner::Thread;
    const NAME: &'static str = "Socket";
    type Handle = WeakHomed<Self>;
}

impl OwnedHere for Socket {}

fn drop_elsewhere(socket: Socket) {
    thread::spawn(move || drop(socket.sent));
}

fn main() {}
