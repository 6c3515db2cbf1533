//! Where and when values of contexts and isolates are dropped.

use super::*;
use crate::support::*;
use isolock::Report;
use isolock_tests::{Fixture, block_on, context};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn homed(ctx: &IoContext, drops: &Drops, id: u32) -> Homed<Kv> {
    block_on(ctx.run((drops.clone(), id), |lock, (drops, id)| Homed::new(lock, drops.kv(id)))).unwrap()
}

/// The home thread of a pinned isolate.
fn home_thread(world: &World, ctx: &IoContext) -> Option<ThreadId> {
    (world.home == Home::Pinned).then(|| block_on(ctx.run((), |_lock, ()| thread::current().id())).unwrap())
}

/// Exactly these were dropped so far, each once, in this order, at home.
#[track_caller]
fn assert_dropped(drops: &Drops, ids: &[u32], home: Option<ThreadId>) {
    assert_eq!(drops.ids(), ids);
    if let Some(home) = home {
        assert!(drops.threads().iter().all(|thread| *thread == home), "on the home thread");
    }
}

#[test]
fn r9_what_a_context_owns_is_dropped_with_it_the_youngest_first() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (drops, second) = (Drops::default(), context(&isolate));
        block_on(ctx.run((drops.clone(),), |lock, (drops,)| {
            for id in 1..=3 {
                lock.own(drops.kv(id));
            }
            lock.own(drops.cache(9));
        }))
        .unwrap();
        assert_eq!(isolate.stats().own_values, 4);
        let home = home_thread(world, &ctx);
        ctx.close();
        // The next turn, or the housekeeping turn that was asked for.
        block_on(second.run((), |_lock, ()| ())).unwrap();
        assert_dropped(&drops, &[3, 2, 1], home);
        assert_eq!(isolate.stats().own_values, 1);
        block_on(isolate.shutdown());
        assert_dropped(&drops, &[3, 2, 1, 9], home);
        assert_eq!(isolate.stats().own_values, 0);
    });
}

#[test]
fn r9_the_last_turn_drops_what_is_left_although_it_is_kept() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (drops, second) = (Drops::default(), context(&isolate));
        let cache = block_on(ctx.run((drops.clone(),), |lock, (drops,)| Homed::new(lock, drops.cache(1)))).unwrap();
        let kept = (homed(&ctx, &drops, 2), homed(&second, &drops, 3), homed(&ctx, &drops, 4));
        let home = home_thread(world, &ctx);
        block_on(isolate.shutdown());
        // Contexts before what they share, the youngest first.
        assert_dropped(&drops, &[3, 4, 2, 1], home);
        assert!(!kept.0.is_alive() && !cache.is_alive());
        drop((kept, cache));
        assert_eq!((drops.ids().len(), isolate.stats().own_values, isolate.stats().deferred_drops), (4, 0, 0));
    });
}

#[test]
fn r9_the_last_homed_may_be_dropped_anywhere() {
    on_both_homes(|world| {
        let ((isolate, ctx), (_, other)) = (world.context(), world.context());
        let drops = Drops::default();
        let home = home_thread(world, &ctx);
        let dropped = |id: usize| until(|| drops.ids().len() == id && isolate.stats().own_values == 0);
        // In the same turn: at its end, not in its midst.
        let kv = homed(&ctx, &drops, 1);
        let midst = block_on(ctx.run((kv, drops.clone()), |_lock, (kv, drops)| {
            drop(kv);
            drops.ids()
        }));
        assert_eq!((midst.unwrap(), drops.ids()), (vec![], vec![1]));
        // On another thread, with nobody inside. Clones share.
        let kv = homed(&ctx, &drops, 2);
        let clone = kv.clone();
        thread::spawn(move || drop(kv)).join().unwrap();
        assert!(clone.is_alive());
        thread::spawn(move || drop(clone)).join().unwrap();
        dropped(2);
        // Inside a turn of another isolate.
        let kv = homed(&ctx, &drops, 3);
        block_on(other.run((kv,), |_lock, (kv,)| drop(kv))).unwrap();
        dropped(3);
        // While this thread panics, in a turn and outside.
        let kv = homed(&ctx, &drops, 4);
        panicked(block_on(ctx.run((kv,), |_lock, (_kv,)| boom("with a value"))));
        dropped(4);
        let kv = homed(&ctx, &drops, 5);
        let unwound = catch_unwind(AssertUnwindSafe(|| {
            let _kv = kv;
            boom("outside");
        }));
        assert!(unwound.is_err());
        dropped(5);
        // While somebody is inside: the dropping thread doesn't wait.
        let kv = homed(&ctx, &drops, 6);
        let busy = Busy::new(&ctx);
        drop(kv);
        assert_eq!((drops.ids().len(), isolate.stats().deferred_drops), (5, 1));
        busy.release().unwrap();
        dropped(6);
        assert_dropped(&drops, &[1, 2, 3, 4, 5, 6], home);
    });
}

#[test]
fn r9_a_homed_may_outlive_its_context_its_isolate_and_the_runtime() {
    on_both_homes(|world| {
        let world = World { fixture: Fixture::new(), home: world.home };
        let (isolate, ctx) = world.context();
        let (drops, second) = (Drops::default(), context(&isolate));
        let (one, two, three) = (homed(&ctx, &drops, 1), homed(&second, &drops, 2), homed(&second, &drops, 3));
        drop(ctx);
        until(|| drops.ids() == [1]);
        drop(one);
        block_on(isolate.shutdown());
        assert_eq!(drops.ids(), [1, 3, 2]);
        drop(two.clone());
        thread::spawn(move || drop(two)).join().unwrap();
        drop((isolate, second, world));
        drop(three);
        assert_eq!(drops.ids(), [1, 3, 2]);
    });
}

#[test]
fn r9_without_a_shutdown_the_last_handle_of_the_isolate_ends_its_values() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let drops = Drops::default();
        let kv = homed(&ctx, &drops, 1);
        drop((isolate, ctx));
        until(|| drops.ids() == [1]);
        assert!(!kv.is_alive());
    });
}

#[test]
fn r9_a_value_given_to_a_context_that_is_ending_ends_with_the_turn() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (drops, second) = (Drops::default(), context(&isolate));
        let kv = block_on(ctx.run((drops.clone(),), |lock, (drops,)| {
            lock.context().close();
            let kv = lock.own(drops.kv(1));
            // The turn is the context's last; it has what it owns.
            assert_eq!(kv.get(lock).hits, 0);
            kv
        }))
        .unwrap();
        block_on(second.run((), |_lock, ()| ())).unwrap();
        assert_eq!((drops.ids(), kv.is_alive()), (vec![1], false));
    });
}

#[test]
fn r9_released_values_are_dropped_at_the_turns_end() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let drops = Drops::default();
        let home = home_thread(world, &ctx);
        let midst = block_on(ctx.run((drops.clone(),), |lock, (drops,)| {
            let kv = lock.own(drops.kv(1));
            let seen = kv.get(lock);
            // What is borrowed stays until the guard is gone, and until the turn's end anyway.
            assert!(kv.release());
            assert!(kv.try_get(lock).is_err());
            (seen.trace.id, drops.ids())
        }));
        assert_eq!(midst.unwrap(), (1, vec![]));
        assert_dropped(&drops, &[1], home);
        let kv = block_on(ctx.run((drops.clone(),), |lock, (drops,)| lock.own(drops.kv(2)))).unwrap();
        thread::spawn(move || kv.release()).join().unwrap();
        until(|| isolate.stats().own_values == 0);
        assert_dropped(&drops, &[1, 2], home);
    });
}

/// Drops other affine values when it is dropped.
struct Pool {
    #[expect(dead_code, reason = "dropped with it")]
    parts: Vec<Homed<Kv>>,
    trace: Trace,
}

impl Affine for Pool {
    const OWNER: Owner = Owner::Context;
    const NAME: &'static str = "Pool";
    type Handle = WeakHomed<Self>;
}

impl OwnedInTurns for Pool {}

#[test]
fn r9_values_may_own_values_and_roots() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let drops = Drops::default();
        let pool = block_on(ctx.run((drops.clone(),), |lock, (drops,)| {
            let parts = (1..=2).map(|id| Homed::new(lock, drops.kv(id))).collect();
            lock.own(Pool { parts, trace: drops.trace(3) })
        }))
        .unwrap();
        assert_eq!(block_on(ctx.run((pool.clone(),), |lock, (pool,)| pool.get(lock).trace.id)).unwrap(), 3);
        assert_eq!(isolate.stats().own_values, 3);
        pool.release();
        until(|| isolate.stats().own_values == 0);
        assert_eq!(drops.ids(), [3, 1, 2]);
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
    const OWNER: Owner = Owner::Context;
    const NAME: &'static str = "Grenade";
    type Handle = WeakHomed<Self>;
}

impl OwnedInTurns for Grenade {}

#[test]
fn r10_a_drop_that_panics_is_reported_and_spares_the_others() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (drops, second) = (Drops::default(), context(&isolate));
        let reports = || {
            let reports = world.fixture.reports().into_iter().filter_map(|report| match report {
                Report::DropPanicked { what, made, message } => Some((what, made.file(), message)),
                _ => None,
            });
            reports.collect::<Vec<_>>()
        };
        let expected = ("Grenade", file!(), "a grenade".to_owned());
        let own = |ctx: &IoContext| {
            block_on(ctx.run((drops.clone(),), |lock, (drops,)| {
                lock.own(drops.kv(1));
                lock.own(Grenade);
                lock.own(drops.kv(2));
                Homed::new(lock, Grenade)
            }))
            .unwrap()
        };
        // In a turn that has nothing to do with it.
        drop(own(&ctx));
        block_on(second.run((), |_lock, ()| ())).expect("an innocent turn");
        until(|| isolate.stats().own_values == 3);
        assert_eq!(reports(), std::slice::from_ref(&expected));
        ctx.close();
        block_on(second.run((), |_lock, ()| ())).expect("an innocent turn");
        assert_eq!((drops.ids(), reports(), isolate.stats().own_values), (vec![2, 1], vec![expected.clone()], 0));
        // In the last turn.
        let kept = own(&second);
        block_on(isolate.shutdown());
        assert_eq!((drops.ids(), reports(), isolate.stats().own_values), (vec![2, 1, 2, 1], vec![expected; 2], 0));
        drop(kept);
    });
}

/// Asks for a turn when it is dropped.
struct Asker {
    ctx: WeakIoContext,
    log: Log,
}

impl Drop for Asker {
    fn drop(&mut self) {
        self.log.push(format!("{:?}", ready(self.ctx.run((), |_lock, ()| ()))));
    }
}

impl Affine for Asker {
    const OWNER: Owner = Owner::Isolate;
    const NAME: &'static str = "Asker";
    type Handle = WeakHomed<Self>;
}

impl OwnedInTurns for Asker {}

#[test]
fn r9_values_are_dropped_inside_a_turn() {
    on_both_homes(|world| {
        let ((isolate, ctx), (_, other)) = (world.context(), world.context());
        let log = Log::default();
        let own = || {
            let captures = (other.downgrade(), log.clone());
            block_on(ctx.run(captures, |lock, (ctx, log)| lock.own(Asker { ctx, log }))).unwrap()
        };
        own().release();
        until(|| isolate.stats().own_values == 0);
        own();
        block_on(isolate.shutdown());
        let lines = log.lines();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.starts_with("Err(Reentrant")), "{lines:?}");
    });
}
