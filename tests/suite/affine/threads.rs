//! Values that belong to a thread.

use super::*;
use crate::support::*;
use isolock::Report;
use isolock_tests::block_on;
use std::{cell::RefCell, sync::mpsc};

fn this() -> ThreadId {
    thread::current().id()
}

#[test]
fn r9_a_value_of_a_thread_dropped_elsewhere_waits_for_its_thread() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let drops = Drops::default();
        let elsewhere = |id| {
            let socket = Homed::here(drops.socket(id));
            thread::spawn(move || drop(socket)).join().unwrap();
        };
        elsewhere(1);
        assert!(drops.ids().is_empty(), "this thread hasn't touched the crate since");
        // The next turn on this thread. On a pinned home this thread never has one.
        block_on(ctx.run((), |_lock, ()| ())).unwrap();
        if world.home == Home::Shared {
            assert_eq!(drops.list(), [(1, this())]);
        }
        // The next value of this thread.
        elsewhere(2);
        drop(Homed::here(drops.socket(3)));
        assert_eq!(drops.list(), [(1, this()), (2, this())]);
        drop(Homed::here(drops.socket(4)));
        assert_eq!(drops.ids(), [1, 2, 3]);
    });
}

#[test]
fn r9_a_thread_that_ends_drops_what_it_owns_the_youngest_first() {
    on_both_homes(|_world| {
        let drops = Drops::default();
        let made = drops.clone();
        let (kept, id) = thread::spawn(move || {
            let kept = (Homed::here(made.socket(1)), Homed::here(made.socket(2)));
            drop(Homed::here(made.socket(3)));
            (kept, this())
        })
        .join()
        .unwrap();
        assert_eq!(drops.list(), [(3, id), (2, id), (1, id)]);
        assert!(!kept.0.is_alive() && !kept.0.release());
        drop(kept);
        assert_eq!(drops.ids().len(), 3);
    });
}

#[test]
fn r9_a_turn_opens_what_its_thread_owns_and_drops_it_at_its_end() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let drops = Drops::default();
        let (midst, id) = block_on(ctx.run((drops.clone(),), |lock, (drops,)| {
            let socket = Homed::here(drops.socket(1));
            let weak = socket.downgrade();
            let guard = weak.get(lock);
            drop(socket);
            // Not even another value of this thread makes it go while it is lent.
            drop(Homed::here(drops.socket(2)));
            guard.sent.set(5);
            ((guard.sent.get(), drops.ids()), this())
        }))
        .unwrap();
        assert_eq!(midst, (5, vec![]));
        assert_eq!(drops.list(), [(1, id), (2, id)]);
        assert_eq!(isolate.stats().own_values, 0);
        let taken = block_on(ctx.run((drops.clone(),), |lock, (drops,)| {
            let socket = Homed::here(drops.socket(3));
            socket.get_mut(lock).sent.set(9);
            socket.take(lock).map(|socket| socket.sent.get())
        }));
        assert_eq!((taken.unwrap().unwrap(), drops.ids()), (9, vec![1, 2, 3]));
    });
}

#[test]
fn r9_an_idle_pinned_home_is_told_of_what_is_dropped_elsewhere() {
    on_both_homes(|world| {
        if world.home == Home::Shared {
            return;
        }
        let (isolate, ctx) = world.context();
        let drops = Drops::default();
        let (socket, home) =
            block_on(ctx.run((drops.clone(),), |_lock, (drops,)| (Homed::here(drops.socket(1)), this()))).unwrap();
        assert_eq!(isolate.stats().own_values, 1);
        thread::spawn(move || drop(socket)).join().unwrap();
        until(|| isolate.stats().own_values == 0);
        assert_eq!(drops.list(), [(1, home)]);
    });
}

#[test]
fn r9_an_isolate_that_goes_takes_along_what_its_pinned_home_owns() {
    on_both_homes(|world| {
        if world.home == Home::Shared {
            return;
        }
        let (isolate, ctx) = world.context();
        let drops = Drops::default();
        let (kept, home) = block_on(ctx.run((drops.clone(),), |lock, (drops,)| {
            let kept = (Homed::here(drops.socket(1)), Homed::here(drops.socket(2)));
            lock.own(drops.kv(3));
            (kept, this())
        }))
        .unwrap();
        block_on(isolate.shutdown());
        assert_eq!(drops.list(), [(3, home), (2, home), (1, home)]);
        assert_eq!(isolate.stats().own_values, 0);
        assert!(!kept.0.is_alive());
        drop(kept);
    });
}

/// Panics when it is dropped.
struct Grenade;

impl Drop for Grenade {
    fn drop(&mut self) {
        boom("a grenade");
    }
}

impl Affine for Grenade {
    const OWNER: Owner = Owner::Thread;
    const NAME: &'static str = "Grenade";
    type Handle = WeakHomed<Self>;
}

impl OwnedHere for Grenade {}

#[test]
fn r10_a_drop_that_panics_at_a_threads_end_spares_the_others_and_the_process() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let drops = Drops::default();
        let made = drops.clone();
        let kept = thread::spawn(move || {
            let kept = (Homed::here(made.socket(1)), Homed::here(Grenade), Homed::here(made.socket(2)));
            // A reporter hears of what was made in a turn.
            let of_turn = (!matches!(isolate.stats().turns, 0))
                .then(|| block_on(ctx.run((), |_lock, ()| Homed::here(Grenade))).unwrap());
            (kept, of_turn, isolate, ctx)
        })
        .join()
        .expect("the thread ends in peace");
        assert_eq!(drops.ids(), [2, 1]);
        let (_, grenade, isolate, ctx) = kept;
        drop((grenade, ctx));
        block_on(isolate.shutdown());
        let reported = world.fixture.reports().into_iter();
        let messages: Vec<_> = reported
            .filter_map(|report| match report {
                Report::DropPanicked { what: "Grenade", message, .. } => Some(message),
                _ => None,
            })
            .collect();
        assert_eq!(messages, ["a grenade"]);
    });
}

/// Makes a value when its thread is ending.
struct Late(Drops, mpsc::Sender<bool>);

impl Drop for Late {
    fn drop(&mut self) {
        let socket = Homed::here(self.0.socket(2));
        let _ = self.1.send(socket.is_alive());
    }
}

thread_local! {
    static LATE: RefCell<Option<Late>> = const { RefCell::new(None) };
}

#[test]
fn r9_a_value_made_while_its_thread_ends_is_dropped_there() {
    on_both_homes(|_world| {
        // Whichever of the two thread-locals goes first.
        for early in [true, false] {
            let drops = Drops::default();
            let made = drops.clone();
            let (sender, alive) = mpsc::channel();
            let id = thread::spawn(move || {
                let late = Late(made.clone(), sender);
                if early {
                    LATE.set(Some(late));
                    drop(Homed::here(made.socket(1)));
                } else {
                    drop(Homed::here(made.socket(1)));
                    LATE.set(Some(late));
                }
                this()
            })
            .join()
            .unwrap();
            alive.recv().expect("it was made");
            let mut list = drops.list();
            list.sort_unstable_by_key(|(id, _)| *id);
            assert_eq!(list, [(1, id), (2, id)]);
        }
    });
}
