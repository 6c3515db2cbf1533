//! R9 drop-at-home.

use crate::support::*;
use futures::executor::block_on_stream;
use isolock::{Report, prelude::*, protocol::liveness::Why};
use isolock_tests::{Fixture, block_on, context};
use std::{
    sync::{Arc, Mutex, atomic::AtomicUsize, mpsc},
    thread::{self, ThreadId},
};

fn root(ctx: &IoContext) -> JsRoot<isolock::v8::Value> {
    block_on(ctx.try_run((), |lock, ()| lock.eval("({})").map(|value| lock.root(value)))).unwrap()
}

#[test]
fn r9_a_root_dropped_on_a_foreign_thread_is_released_without_a_user_turn() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (one, clone) = (root(&ctx), root(&ctx));
        let two = clone.clone();
        assert_eq!(isolate.stats().roots, 2, "a clone shares");
        thread::spawn(move || drop((one, two))).join().unwrap();
        until(|| isolate.stats().roots == 1 && isolate.stats().deferred_drops == 0);
        drop(clone);
        until(|| isolate.stats().roots == 0);
    });
}

#[test]
fn r9_a_root_dropped_inside_a_turn_is_released_with_it() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        block_on(ctx.run((root(&ctx),), |_lock, (root,)| drop(root))).unwrap();
        assert_eq!((isolate.stats().roots, isolate.stats().deferred_drops), (0, 0));
        // In a turn of another isolate it is foreign.
        let (_, other) = world.context();
        block_on(other.run((root(&ctx),), |_lock, (root,)| drop(root))).unwrap();
        until(|| isolate.stats().roots == 0);
    });
}

#[test]
fn r9_a_root_may_outlive_its_isolate() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (kept, captured) = (root(&ctx), root(&ctx));
        let captures = (captured,);
        block_on(ctx.try_run((Carry(captures),), |lock, (captures,)| {
            let function = lock.function("keeper", captures.0, |_lock, (_root,), (): ()| ())?;
            lock.set_global("keeper", function)
        }))
        .unwrap();
        assert_eq!(isolate.stats().roots, 2);
        block_on(isolate.shutdown());
        drop(kept.clone());
        thread::spawn(move || drop(kept)).join().unwrap();
        assert_eq!((isolate.stats().roots, isolate.stats().deferred_drops), (0, 0));
    });
}

/// Tells on which thread it was dropped.
struct Teller(mpsc::Sender<ThreadId>);

impl Portable for Teller {}

impl Drop for Teller {
    fn drop(&mut self) {
        let _ = self.0.send(thread::current().id());
    }
}

/// A context whose function `f` has captured `capture`.
fn keeper<C: Send + Sync + 'static>(isolate: &Isolate, capture: C) -> IoContext {
    let setup = isolate.context(ContextOptions::new()).setup((Carry(capture),), |lock, captures| {
        let function = lock.function("f", captures, |_lock, _captures, (): ()| 1.0)?;
        lock.set_global("f", function)
    });
    block_on(setup).unwrap()
}

#[test]
fn r9_captures_of_functions_are_dropped_inside_when_their_context_ends() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let home = block_on(context(&isolate).run((), |_lock, ()| thread::current().id())).unwrap();
        let (sender, dropped) = mpsc::channel();
        let end: [fn(IoContext); 3] = [drop, |ctx| ctx.close(), |ctx| ctx.kill()];
        for end in end {
            let ctx = keeper(&isolate, Teller(sender.clone()));
            assert_eq!(number(&ctx, "f()"), 1.0);
            assert!(dropped.try_recv().is_err());
            end(ctx);
            let thread = dropped.recv().unwrap();
            assert_ne!(thread, thread::current().id(), "whoever lets go last does not take it down");
            assert!(thread == home || world.home == Home::Shared);
        }
        until(|| isolate.stats().contexts <= 1);
        let _last = keeper(&isolate, Teller(sender));
        block_on(isolate.shutdown());
        dropped.try_recv().expect("dropped before the shutdown is over");
    });
}

#[test]
fn r9_shutdown_while_turns_queue_fails_each_once() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let busy = Busy::new(&ctx);
        let capture = Counted::default();
        let (drops, _) = capture.counters();
        let log = Log::default();
        let queued: Vec<_> = (0..100)
            .map(|_| pending(ctx.run((capture.clone(), log.clone()), |_lock, (_capture, log)| log.push("ran"))))
            .collect();
        let waiting = pending(ctx.eval::<f64>("1"));
        let builder = pending(isolate.context(ContextOptions::new()).build());
        let done = isolate.shutdown();
        let again = isolate.shutdown();
        for turn in queued {
            assert_eq!(why(block_on(turn)), Why::IsolateShutDown);
        }
        assert_eq!(why(block_on(waiting)), Why::IsolateShutDown);
        gone(block_on(builder));
        assert_eq!(count(&drops), 100);
        busy.release().expect("the running turn ends normally");
        block_on(done);
        block_on(again);
        block_on(isolate.shutdown());
        assert!(!isolate.is_alive() && !ctx.is_alive() && log.lines().is_empty());
        assert_eq!(isolate.stats().contexts, 0);
    });
}

#[test]
fn r9_shutdown_reaches_those_that_wait_at_a_gate_or_for_a_promise() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (_open, door) = futures::channel::oneshot::channel::<()>();
        let promise = pending(ctx.eval::<f64>("new Promise(() => {})"));
        // Twice, so that the first has its turn on a pinned home, too.
        block_on(ctx.run((), |_lock, ()| ())).unwrap();
        let (begun, is_open) = mpsc::channel();
        let section = {
            let event = ctx.event();
            thread::spawn(move || {
                block_on(event.critical_section((Carry(door), begun), |_inside, (door, begun)| async move {
                    begun.send(()).unwrap();
                    door.0.await.unwrap_or(());
                }))
            })
        };
        is_open.recv().unwrap();
        let parked = pending(ctx.run((), |_lock, ()| ()));
        block_on(isolate.shutdown());
        assert_eq!(why(block_on(parked)), Why::IsolateShutDown);
        assert_eq!(why(block_on(promise)), Why::IsolateShutDown);
        assert_eq!(why(section.join().unwrap()), Why::IsolateShutDown);
    });
}

#[test]
fn r9_shutdown_from_inside_a_turn_lets_it_end() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let text = block_on(ctx.try_run((Carry(isolate.clone()),), |lock, (isolate,)| {
            drop(isolate.0.shutdown());
            lock.eval("String(6 * 7)").map(|value| value.to_rust_string_lossy(lock))
        }));
        assert_eq!(text.unwrap(), "42");
        block_on(isolate.shutdown());
        assert_eq!(why(block_on(ctx.run((), |_lock, ()| ()))), Why::IsolateShutDown);
    });
}

#[test]
fn r9_the_last_handles_may_go_inside_a_turn_of_the_isolate() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (sender, dropped) = mpsc::channel();
        let ctx = keeper(&isolate, Teller(sender));
        let weak = ctx.downgrade();
        let turn = weak.run((Carry(ctx), Carry(isolate)), |lock, (ctx, isolate)| {
            drop((ctx, isolate));
            lock.eval("1 + 1").unwrap().number_value(lock).unwrap()
        });
        assert_eq!(block_on(turn).unwrap(), 2.0);
        dropped.recv().unwrap();
        gone(block_on(weak.run((), |_lock, ()| ())));
    });
}

#[test]
fn r9_an_isolate_outlives_the_runtimes_handle() {
    on_both_homes(|world| {
        let (isolate, ctx) = {
            let fixture = Fixture::new();
            let isolate = fixture.isolate(IsolateOptions::new().home(world.home));
            let ctx = context(&isolate);
            (isolate, ctx)
        };
        assert_eq!(number(&ctx, "2 + 2"), 4.0);
        drop(root(&ctx));
        until(|| isolate.stats().roots == 0);
        block_on(isolate.shutdown());
    });
}

/// Panics when it is dropped.
struct Bomb(Arc<AtomicUsize>);

impl Portable for Bomb {}

impl Drop for Bomb {
    fn drop(&mut self) {
        self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        boom("the bomb");
    }
}

fn panics(fixture: &Fixture) -> Vec<String> {
    let reports = fixture.reports().into_iter();
    reports
        .filter_map(|report| if let Report::Panicked { message, .. } = report { Some(message) } else { None })
        .collect()
}

#[test]
fn r9_a_capture_whose_drop_panics_is_reported() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let other = context(&isolate);
        let (bombs, sound) = (Arc::new(AtomicUsize::new(0)), Counted::default());
        let (drops, _) = sound.counters();
        let ctx = keeper(&isolate, Bomb(bombs.clone()));
        block_on(ctx.try_run((Carry((Bomb(bombs.clone()), sound)),), |lock, captures| {
            lock.function("g", captures, |_lock, _captures, (): ()| ()).map(drop)
        }))
        .unwrap();
        ctx.close();
        // One panic doesn't spare the others.
        until(|| count(&bombs) == 2 && count(&drops) == 1);
        assert_eq!(number(&other, "1 + 1"), 2.0);
        assert_eq!(isolate.stats().contexts, 1);
        assert_eq!(panics(&world.fixture), ["the bomb"; 2]);
        assert_eq!(number(&other, "1 + 1"), 2.0);
        block_on(isolate.shutdown());
    });
}

#[test]
fn r9_a_capture_whose_drop_panics_does_not_stop_a_shutdown() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (bombs, sound) = (Arc::new(AtomicUsize::new(0)), Counted::default());
        let (drops, _) = sound.counters();
        let contexts =
            [keeper(&isolate, Bomb(bombs.clone())), keeper(&isolate, sound), keeper(&isolate, Bomb(bombs.clone()))];
        block_on(isolate.shutdown());
        assert_eq!((count(&bombs), count(&drops)), (2, 1));
        assert_eq!(isolate.stats().contexts, 0);
        assert_eq!(panics(&world.fixture), ["the bomb"; 2]);
        drop(contexts);
    });
}

#[test]
fn r9_a_bomb_in_the_captures_of_a_turn_harms_nobody_else() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let bombs = Arc::new(AtomicUsize::new(0));
        let message = panicked(block_on(ctx.run((Bomb(bombs.clone()),), |_lock, (_bomb,)| ())));
        assert_eq!(message, "the bomb");
        // Refused while it queues: the drop happens wherever the turn is failed, and must not end that thread.
        let neighbour = context(&isolate);
        let busy = Busy::new(&ctx);
        let queued = pending(ctx.run((Bomb(bombs.clone()),), |_lock, (_bomb,)| ()));
        let after = pending(neighbour.run((), |_lock, ()| 1.0));
        ctx.close();
        busy.release().unwrap();
        assert_eq!(block_on(after).unwrap(), 1.0);
        let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| block_on(queued).is_err()));
        assert_eq!((polled.unwrap_or(true), count(&bombs)), (true, 2));
        assert_eq!(number(&neighbour, "1"), 1.0);
    });
}

/// Which thread a queued drop names, for the log.
type Names = Arc<Mutex<Vec<String>>>;

#[test]
fn r9_a_stream_of_roots_is_released_while_the_isolate_works() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (sender, receiver) = futures::channel::mpsc::unbounded();
        let names = Names::default();
        let dropper = {
            let names = names.clone();
            thread::spawn(move || {
                for root in block_on_stream(receiver) {
                    let root: JsRoot<isolock::v8::Value> = root;
                    names.lock().unwrap().push(root.isolate_id().to_string());
                    drop(root);
                }
            })
        };
        for _ in 0..200 {
            block_on(ctx.try_run((sender.clone(),), |lock, (sender,)| {
                let root = lock.eval("({})").map(|value| lock.root(value))?;
                sender.unbounded_send(root).map_err(|_| RunError::PromiseLost)
            }))
            .unwrap();
        }
        drop(sender);
        dropper.join().unwrap();
        assert_eq!(*names.lock().unwrap(), vec![isolate.id().to_string(); 200]);
        until(|| isolate.stats().roots == 0);
    });
}

#[test]
fn r9_spawned_bodies_that_are_lost_with_their_isolate_say_so() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let bodies: Vec<_> = (0..500).map(|_| ctx.spawn((), |_event, ()| std::future::pending::<()>())).collect();
        until(|| ctx.pending() == 500);
        block_on(isolate.shutdown());
        for body in bodies {
            let outcome = block_on(body);
            assert!(matches!(outcome, Err(RunError::Gone(_))), "{outcome:?}");
        }
        gone(block_on(ctx.spawn((), |_event, ()| std::future::ready(()))));
    });
}
