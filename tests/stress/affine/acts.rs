//! What a thread of the storm does.

use super::{
    CONTEXTS, ISOLATES, World,
    values::{Any, Cache, Item, Kv, Place, Socket, Tag, Tagged},
};
use isolock::{Part, Why, prelude::*};
use isolock_tests::block_on;
use std::{
    rc::Rc,
    sync::atomic::Ordering,
    thread::{self, ThreadId},
};

/// A small generator of numbers that only look random.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: usize) -> Self {
        Self(0x9e37_79b9_7f4a_7c15 ^ ((seed as u64 + 1) << 32))
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        #[allow(clippy::cast_possible_truncation, reason = "below `n`")]
        let below = (self.0 % n as u64) as usize;
        below
    }

    fn place(&mut self) -> (usize, usize) {
        (self.below(ISOLATES), self.below(CONTEXTS))
    }
}

/// One act of a thread.
pub(crate) enum Act {
    Make,
    Open,
    End,
    Wrong(Wrong),
}

/// How an act can go wrong.
#[derive(Clone, Copy)]
pub(crate) enum Wrong {
    /// In another isolate.
    Isolate,
    /// In another context of its isolate.
    Context,
    /// After its end.
    Gone,
    /// While it is borrowed.
    Borrowed,
}

/// How many ways there are.
pub(crate) const WRONGS: usize = 4;

impl Act {
    /// One in a hundred is wrong.
    pub(crate) fn any(dice: &mut Dice) -> Self {
        match dice.below(100) {
            0 => Self::Wrong([Wrong::Isolate, Wrong::Context, Wrong::Gone, Wrong::Borrowed][dice.below(WRONGS)]),
            1..=30 => Self::Make,
            31..=75 => Self::Open,
            _ => Self::End,
        }
    }

    pub(crate) fn perform(self, world: &World, dice: &mut Dice) {
        let received = match self {
            Self::Make => None,
            _ => world.receive(),
        };
        // Whoever has received a value is alone with it until it is sent on.
        let kept = match received {
            None => Some(make(world, dice)),
            Some(Any::Kv(item)) => self.on(item, world, dice).map(Any::Kv),
            Some(Any::Cache(item)) => self.on(item, world, dice).map(Any::Cache),
            Some(Any::Socket(item)) => self.on(item, world, dice).map(Any::Socket),
        };
        if let Some(any) = kept {
            world.send(any);
        }
    }

    /// `None` if it was the value's end.
    fn on<T: Tagged>(self, item: Item<T>, world: &World, dice: &mut Dice) -> Option<Item<T>> {
        match self {
            Self::Make | Self::Open => {
                let opened = open(world.context(item.at), &item.weak);
                judge(opened, &item, item.at);
                Some(item)
            }
            Self::End => {
                end(item, world, dice);
                None
            }
            Self::Wrong(wrong) => {
                world.wrong[wrong as usize].fetch_add(1, Ordering::Relaxed);
                wrong.on(item, world, dice)
            }
        }
    }
}

/// Makes a value in one of several ways.
fn make(world: &World, dice: &mut Dice) -> Any {
    let at = dice.place();
    let ctx = world.context(at);
    let home = match world.homes[at.0] {
        Some(thread) => Place::Thread(thread),
        None => Place::Turn(ctx.downgrade()),
    };
    let keeps = dice.below(2) == 0;
    match dice.below(5) {
        0 | 1 => Any::Kv(given(ctx, at, keeps, Kv { tag: world.ledger.tag(home) })),
        2 | 3 => Any::Cache(given(ctx, at, keeps, Cache { tag: world.ledger.tag(home) })),
        _ => {
            let (homed, thread) = match world.home {
                // At its home it can be opened again.
                Home::Pinned => {
                    block_on(ctx.run((Carried(world.ledger.tag(home)),), |_lock, (tag,)| here(tag.0))).expect("a turn")
                }
                Home::Shared => here(world.ledger.tag(Place::Thread(thread::current().id()))),
            };
            Any::Socket(Item { weak: homed.downgrade(), strong: Some(homed), at, thread: Some(thread) })
        }
    }
}

struct Carried<T>(T);

impl<T: Send + 'static> Portable for Carried<T> {}

fn here(tag: Tag) -> (Homed<Socket>, ThreadId) {
    (Homed::here(Socket { tag, _bound: Rc::new(()) }), thread::current().id())
}

fn given<T>(ctx: &IoContext, at: (usize, usize), keeps: bool, value: T) -> Item<T>
where
    T: isolock::OwnedInTurns + isolock::Affine<Handle = WeakHomed<T>>,
{
    let (strong, weak) = block_on(ctx.run((Carried(value), keeps), |lock, (value, keeps)| {
        if keeps {
            let homed = Homed::new(lock, value.0);
            let weak = homed.downgrade();
            (Some(homed), weak)
        } else {
            (None, lock.own(value.0))
        }
    }))
    .expect("a turn");
    Item { strong, weak, at, thread: None }
}

/// Opens a value in a turn of `ctx`. Tells the thread of the turn, too.
fn open<T: Tagged>(ctx: &IoContext, weak: &WeakHomed<T>) -> (Result<(), RunError>, ThreadId) {
    let turn = ctx.run((weak.clone(),), |lock, (weak,)| {
        (weak.with_mut(lock, |value, _lock| value.touch()), thread::current().id())
    });
    block_on(turn).expect("a turn")
}

/// A value that is alive was opened at `at`: is that what had to come of it?
fn judge<T: Tagged>((opened, thread): (Result<(), RunError>, ThreadId), item: &Item<T>, at: (usize, usize)) {
    let right = match (&opened, item.weak.owner()) {
        (Ok(()), isolock::Owner::Thread) => item.thread == Some(thread),
        (Err(RunError::WrongThread(wrong)), isolock::Owner::Thread) => {
            item.thread != Some(thread) && item.thread == Some(wrong.home.id) && wrong.here.id == thread
        }
        (Ok(()), isolock::Owner::Isolate) => at.0 == item.at.0,
        (Ok(()), isolock::Owner::Context) => at == item.at,
        (Err(RunError::WrongIsolate { .. }), owner) => owner != isolock::Owner::Thread && at.0 != item.at.0,
        (Err(RunError::WrongContext { .. }), owner) => {
            owner == isolock::Owner::Context && at.0 == item.at.0 && at.1 != item.at.1
        }
        _ => false,
    };
    assert!(right, "a value of {:?} (thread {:?}) opened at {at:?} on {thread:?}: {opened:?}", item.at, item.thread);
}

/// Ends a value in one of many ways, or leaves it to its owner.
fn end<T: Tagged>(item: Item<T>, world: &World, dice: &mut Dice) {
    let other = world.context(dice.place());
    match dice.below(6) {
        // Inside a turn, of its own isolate or of another one.
        1 => block_on(other.run((item.strong,), |_lock, (strong,)| drop(strong))).expect("a turn"),
        2 => assert!(item.weak.release()),
        3 => block_on(other.run((item.weak,), |_lock, (weak,)| assert!(weak.release()))).expect("a turn"),
        // Taken out at home.
        4 if item.thread.is_none() => {
            let taken = block_on(
                world.context(item.at).run((item.weak.clone(),), |lock, (weak,)| weak.take(lock).map(Tagged::taken)),
            );
            taken.expect("a turn").expect("it is alive");
        }
        // Outside of turns; or, if nobody keeps it strongly, left to its owner.
        _ => drop(item),
    }
}

impl Wrong {
    fn on<T: Tagged>(self, item: Item<T>, world: &World, dice: &mut Dice) -> Option<Item<T>> {
        let (isolate, context) = item.at;
        match self {
            Self::Isolate => {
                let at = ((isolate + 1 + dice.below(ISOLATES - 1)) % ISOLATES, context);
                judge(open(world.context(at), &item.weak), &item, at);
            }
            Self::Context => {
                let at = (isolate, (context + 1 + dice.below(CONTEXTS - 1)) % CONTEXTS);
                judge(open(world.context(at), &item.weak), &item, at);
            }
            Self::Gone => {
                assert!(item.weak.release());
                let (opened, _) = open(world.context(item.at), &item.weak);
                let Err(RunError::Gone(gone)) = opened else { panic!("{opened:?}") };
                assert!(matches!(gone.part, Part::OwnValue(_)) && gone.why() == Why::Released, "{gone}");
                return None;
            }
            Self::Borrowed => {
                let refused = block_on(world.context(item.at).run((item.weak.clone(),), |lock, (weak,)| {
                    weak.try_get_mut(lock).map(|mut value| {
                        value.touch();
                        weak.try_get(lock).err()
                    })
                }))
                .expect("a turn");
                // A value of a thread may not have been reached at all.
                assert!(
                    matches!(&refused, Ok(Some(RunError::Borrowed(_))))
                        || (item.thread.is_some() && matches!(&refused, Err(RunError::WrongThread(_)))),
                    "{refused:?}"
                );
            }
        }
        Some(item)
    }
}
