//! Values that belong to a thread, an isolate or a context (R5, R9, R10).

mod borrows;
mod drops;
mod errors;
mod methods;
mod threads;

use isolock::{Affine, OwnedHere, OwnedInTurns, Owner, prelude::*};
use std::{
    cell::Cell,
    sync::{Arc, Mutex},
    thread::{self, ThreadId},
};

/// Who was dropped where, in order.
#[derive(Clone, Default)]
struct Drops(Arc<Mutex<Vec<(u32, ThreadId)>>>);

impl Portable for Drops {}

impl Drops {
    fn trace(&self, id: u32) -> Trace {
        Trace { id, drops: self.clone() }
    }

    fn kv(&self, id: u32) -> Kv {
        Kv { hits: 0, trace: self.trace(id) }
    }

    fn cache(&self, id: u32) -> Cache {
        Cache { trace: self.trace(id) }
    }

    fn socket(&self, id: u32) -> Socket {
        Socket { sent: std::rc::Rc::new(Cell::new(0)), trace: self.trace(id) }
    }

    fn list(&self) -> Vec<(u32, ThreadId)> {
        self.0.lock().expect("the list").clone()
    }

    fn ids(&self) -> Vec<u32> {
        self.list().into_iter().map(|(id, _)| id).collect()
    }

    fn threads(&self) -> Vec<ThreadId> {
        self.list().into_iter().map(|(_, thread)| thread).collect()
    }
}

/// Tells of its drop.
struct Trace {
    id: u32,
    drops: Drops,
}

impl Portable for Trace {}

impl Drop for Trace {
    fn drop(&mut self) {
        self.drops.0.lock().expect("the list").push((self.id, thread::current().id()));
    }
}

/// A value of a context.
struct Kv {
    hits: u64,
    trace: Trace,
}

impl Affine for Kv {
    const OWNER: Owner = Owner::Context;
    const NAME: &'static str = "Kv";
    type Handle = WeakHomed<Self>;
}

impl OwnedInTurns for Kv {}

/// A value of an isolate.
struct Cache {
    trace: Trace,
}

impl Affine for Cache {
    const OWNER: Owner = Owner::Isolate;
    const NAME: &'static str = "Cache";
    type Handle = WeakHomed<Self>;
}

impl OwnedInTurns for Cache {}

/// A value of a thread, which isn't even `Send`.
struct Socket {
    sent: std::rc::Rc<Cell<u32>>,
    #[expect(dead_code, reason = "tells of the drop")]
    trace: Trace,
}

impl Affine for Socket {
    const OWNER: Owner = Owner::Thread;
    const NAME: &'static str = "Socket";
    type Handle = WeakHomed<Self>;
}

impl OwnedHere for Socket {}
