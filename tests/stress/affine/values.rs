//! The values of the storm, and the books on their drops.

use isolock::{Affine, OwnedHere, OwnedInTurns, Owner, prelude::*};
use std::{
    pin::pin,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    thread::{self, ThreadId},
};

/// How often each value was dropped.
pub(crate) struct Ledger {
    next: AtomicUsize,
    drops: Vec<AtomicU8>,
    astray: AtomicUsize,
}

impl Ledger {
    pub(crate) fn new(most: usize) -> Self {
        let drops = (0..most).map(|_| AtomicU8::new(0)).collect();
        Self { next: AtomicUsize::new(0), drops, astray: AtomicUsize::new(0) }
    }

    pub(crate) fn made(&self) -> usize {
        self.next.load(Ordering::Relaxed)
    }

    /// Dropped where it doesn't belong.
    pub(crate) fn astray(&self) -> usize {
        self.astray.load(Ordering::Relaxed)
    }

    pub(crate) fn not_dropped_once(&self) -> Vec<(usize, u8)> {
        let drops = self.drops.iter().take(self.made()).map(|drops| drops.load(Ordering::Relaxed)).enumerate();
        drops.filter(|(_, drops)| *drops != 1).collect()
    }

    pub(crate) fn tag(self: &Arc<Self>, home: Place) -> Tag {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        Tag { id, touched: 0, ledger: self.clone(), home }
    }
}

/// Where a value has to be dropped.
pub(crate) enum Place {
    /// On this thread.
    Thread(ThreadId),
    /// In a turn, which is asked for through this context.
    Turn(WeakIoContext),
    /// Wherever who took it out lets go.
    Taken,
}

impl Place {
    fn is_here(&self) -> bool {
        match self {
            Self::Thread(home) => *home == thread::current().id(),
            Self::Turn(ctx) => {
                let turn = pin!(ctx.run((), |_lock, ()| ()));
                let refused = turn.poll(&mut Context::from_waker(Waker::noop()));
                matches!(refused, Poll::Ready(Err(RunError::Reentrant { .. })))
            }
            Self::Taken => true,
        }
    }
}

/// Keeps the books on one value.
pub(crate) struct Tag {
    id: usize,
    touched: u64,
    ledger: Arc<Ledger>,
    home: Place,
}

impl Drop for Tag {
    fn drop(&mut self) {
        self.ledger.drops[self.id].fetch_add(1, Ordering::Relaxed);
        if !self.home.is_here() {
            self.ledger.astray.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A value with a tag.
pub(crate) trait Tagged: Affine + Sized {
    fn tag(&mut self) -> &mut Tag;

    fn touch(&mut self) {
        self.tag().touched += 1;
    }

    /// Who took it out may drop it.
    fn taken(mut self) {
        self.tag().home = Place::Taken;
    }
}

macro_rules! tagged {
    ($type:ident, $owner:ident, $asks:ident) => {
        impl Affine for $type {
            const OWNER: Owner = Owner::$owner;
            const NAME: &'static str = stringify!($type);
            type Handle = WeakHomed<Self>;
        }
        impl $asks for $type {}
        impl Tagged for $type {
            fn tag(&mut self) -> &mut Tag {
                &mut self.tag
            }
        }
    };
}

/// A value of a context.
pub(crate) struct Kv {
    pub(crate) tag: Tag,
}

/// A value of an isolate.
pub(crate) struct Cache {
    pub(crate) tag: Tag,
}

/// A value of a thread.
pub(crate) struct Socket {
    pub(crate) tag: Tag,
    /// It isn't `Send`.
    pub(crate) _bound: Rc<()>,
}

tagged!(Kv, Context, OwnedInTurns);
tagged!(Cache, Isolate, OwnedInTurns);
tagged!(Socket, Thread, OwnedHere);

/// A value on its way between threads.
pub(crate) struct Item<T: 'static> {
    /// Without one it lives until its owner ends, or is released.
    pub(crate) strong: Option<Homed<T>>,
    pub(crate) weak: WeakHomed<T>,
    /// The isolate and the context that it was made in.
    pub(crate) at: (usize, usize),
    /// The thread, if one owns it.
    pub(crate) thread: Option<ThreadId>,
}

pub(crate) enum Any {
    Kv(Item<Kv>),
    Cache(Item<Cache>),
    Socket(Item<Socket>),
}

impl Any {
    pub(crate) fn is_alive(&self) -> bool {
        match self {
            Self::Kv(item) => item.weak.is_alive(),
            Self::Cache(item) => item.weak.is_alive(),
            Self::Socket(item) => item.weak.is_alive(),
        }
    }
}
