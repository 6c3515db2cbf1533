//! The ten steps of an entry, as `runtime/src/engine/turn.rs` numbers them.

use crate::support::*;
use isolock::{
    prelude::*,
    protocol::{liveness::Why, termination::Request},
};
use isolock_tests::{block_on, context};
use std::{sync::mpsc, thread};

#[test]
fn step_01_a_dead_context_is_refused_before_it_queues() {
    on_both_homes(|world| {
        let (isolate, alive) = world.context();
        let dead = context(&isolate);
        let busy = Busy::new(&alive);
        dead.close();
        assert_eq!(why(ready(dead.run((), |_lock, ()| ()))), Why::Closed);
        assert_eq!(why(ready(dead.downgrade().run((), |_lock, ()| ()))), Why::Closed);
        assert_eq!(why(ready(dead.eval::<f64>("1"))), Why::Closed);
        busy.release().unwrap();
    });
}

#[test]
fn step_01_a_cancelled_event_is_refused_before_it_queues() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let event = ctx.event();
        let busy = Busy::new(&ctx);
        assert!(event.cancel());
        let refused = ready(event.run((), |_lock, ()| ()));
        assert!(matches!(refused, Err(RunError::Cancelled { began }) if began == event.began()), "{refused:?}");
        assert_eq!(isolate.stats().waiting, 0);
        busy.release().unwrap();
    });
}

#[test]
fn step_02_the_gate_keeps_a_turn_out_of_the_queue() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (open, door) = futures::channel::oneshot::channel::<()>();
        let (begun, is_open) = mpsc::channel();
        let section = ctx.event().critical_section((Carry(door), begun), |_inside, (door, begun)| async move {
            begun.send(()).expect("somebody waits");
            door.0.await.expect("the door opens");
        });
        let mut section = Box::pin(section);
        until(|| {
            assert!(poll_once(&mut section).is_pending());
            is_open.try_recv().is_ok()
        });
        let log = Log::default();
        let mut outside = pending(ctx.run((log.clone(),), |_lock, (log,)| log.push("outside")));
        assert_eq!(isolate.stats().waiting, 0, "it waits at the gate and not in the isolate's queue");
        // The gate is the context's: another context of the isolate gets in.
        let other = context(&isolate);
        block_on(other.run((log.clone(),), |_lock, (log,)| log.push("other context"))).unwrap();
        assert!(poll_once(&mut outside).is_pending());
        open.send(()).unwrap();
        block_on(section).unwrap();
        block_on(outside).unwrap();
        assert_eq!(log.lines(), ["other context", "outside"]);
    });
}

#[test]
fn step_03_a_gate_that_closed_while_the_turn_queued_keeps_it_out() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let log = Log::default();
        let busy = Busy::new(&context(&isolate).clone());
        // Both wait in the queue; the first closes the gate before the second is reached.
        let section = pending(ctx.event().critical_section((log.clone(),), |inside, (log,)| async move {
            inside.run((log.clone(),), |_lock, (log,)| log.push("first turn of the section")).await?;
            inside.run((log,), |_lock, (log,)| log.push("second turn of the section")).await
        }));
        let outside = pending(ctx.run((log.clone(),), |_lock, (log,)| log.push("outside")));
        drop(busy);
        let (section, outside) = block_on(futures::future::join(section, outside));
        section.unwrap().unwrap();
        outside.unwrap();
        assert_eq!(log.lines(), ["first turn of the section", "second turn of the section", "outside"]);
    });
}

#[test]
fn step_03_an_event_cancelled_while_its_turn_queued_is_refused_under_the_hold() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let log = Log::default();
        let busy = Busy::new(&ctx);
        let event = ctx.event();
        let queued = pending(event.run((log.clone(),), |_lock, (log,)| log.push("ran")));
        let neighbour = pending(ctx.run((log.clone(),), |_lock, (log,)| log.push("neighbour")));
        event.cancel();
        busy.release().unwrap();
        assert!(matches!(block_on(queued), Err(RunError::Cancelled { .. })));
        block_on(neighbour).unwrap();
        assert_eq!(log.lines(), ["neighbour"]);
    });
}

#[test]
fn step_03_a_context_killed_while_its_turn_queued_never_runs_it() {
    on_both_homes(|world| {
        let (isolate, alive) = world.context();
        let dying = context(&isolate);
        let log = Log::default();
        let busy = Busy::new(&alive);
        let queued = pending(dying.run((log.clone(),), |_lock, (log,)| log.push("ran")));
        let neighbour = pending(alive.run((log.clone(),), |_lock, (log,)| log.push("neighbour")));
        dying.kill();
        // Told at once, although the isolate is still held.
        assert_eq!(why(block_on(queued)), Why::Killed);
        busy.release().unwrap();
        block_on(neighbour).unwrap();
        assert_eq!(log.lines(), ["neighbour"]);
    });
}

#[test]
fn step_04_a_turn_is_inside_its_isolate_and_context() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let other = context(&isolate);
        block_on(ctx.set_global("where", "ctx")).unwrap();
        block_on(other.set_global("where", "other")).unwrap();
        for (context, name) in [(&ctx, "ctx"), (&other, "other"), (&ctx, "ctx")] {
            let (here, isolate_here, thread) = block_on(context.run((), |lock, ()| {
                let key = lock.string("where").unwrap();
                let found = lock.get_current_context().global(lock).get(lock, key.into()).unwrap();
                (found.to_rust_string_lossy(lock), lock.isolate_id(), thread::current().id())
            }))
            .unwrap();
            assert_eq!((here.as_str(), isolate_here), (name, isolate.id()));
            // Pinned: never on the thread that polls.
            assert!(thread != thread::current().id() || world.home == Home::Shared);
        }
        // Shared: there, unless the runtime happens to be inside.
        until(|| {
            let thread = block_on(ctx.run((), |_lock, ()| thread::current().id())).unwrap();
            thread == thread::current().id() || world.home == Home::Pinned
        });
    });
}

#[test]
fn step_05_current_is_the_turns_context_and_event() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let event = ctx.event();
        let look = |lock: &mut Lock<'_>| (lock.context().id(), lock.event().id(), lock.event().id());
        for _ in 0..2 {
            let seen = block_on(event.run((Carry(look),), |lock, (look,)| (look.0)(lock))).unwrap();
            assert_eq!(seen, (ctx.id(), event.id(), event.id()));
        }
        let line = line!() + 1;
        let at = block_on(ctx.run((), |lock, ()| (Carry(lock.entered()), lock.event().id()))).unwrap();
        assert_at(at.0.0, file!(), line);
        let next = block_on(ctx.run((), |lock, ()| lock.event().id())).unwrap();
        assert!(at.1 != next && next != event.id(), "every `ctx.run` begins an event of its own");
    });
}

/// Tells which context and which event a host function sees.
#[isolate_fn(name = "whoami")]
fn who_am_i(lock: &mut Lock<'_>) -> Vec<f64> {
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    [lock.context().id(), lock.event().id()].map(|id| id as f64).to_vec()
}

#[test]
fn step_05_a_host_function_carries_its_own_context() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let group = isolate.group();
        let make = || {
            let builder = isolate.context(ContextOptions::new().group(&group));
            block_on(builder.setup((), |lock, ()| lock.install((who_am_i {},)))).unwrap()
        };
        let (home, caller) = (make(), make());
        let event = caller.event();
        let (own, foreign) = block_on(event.try_run((home.downgrade(),), |lock, (home,)| {
            let function = lock.in_context(&home, (), |lock, ()| lock.eval("whoami").map(|f| lock.root(f)))??;
            let function = function.try_get(lock)?;
            lock.set_global("foreign", function)?;
            let mut ids = |source: &str| {
                let value = lock.eval(source)?;
                Vec::<f64>::from_js(value, lock).map_err(RunError::from)
            };
            Ok::<_, RunError>((ids("whoami()")?, ids("foreign()")?))
        }))
        .unwrap();
        #[allow(clippy::cast_precision_loss, reason = "small numbers")]
        let (caller_id, home_id, event_id) = (caller.id() as f64, home.id() as f64, event.id() as f64);
        assert_eq!(own, [caller_id, event_id]);
        assert_eq!(foreign[0], home_id, "the context it was made in, not the one that is entered");
        assert_ne!(foreign[1], event_id, "an event belongs to one context");
    });
}

#[test]
fn step_05_a_termination_between_turns_is_applied_to_the_next() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (event, other) = (ctx.event(), ctx.event());
        let mark = |lock: &mut Lock<'_>, name: String| {
            lock.eval(&format!("globalThis.{name} = true")).unwrap();
        };
        block_on(event.run((Carry(mark),), |lock, (mark,)| (mark.0)(lock, "before".into()))).unwrap();
        let line = line!() + 1;
        event.terminate();
        for _ in 0..2 {
            let request =
                terminated(block_on(event.run((Carry(mark),), |lock, (mark,)| (mark.0)(lock, "after".into()))));
            let Request::Terminate(at) = request else { panic!("{request:?}") };
            assert_at(at, file!(), line);
        }
        block_on(other.run((Carry(mark),), |lock, (mark,)| (mark.0)(lock, "other".into()))).unwrap();
        assert_eq!(text(&ctx, "[typeof before, typeof after, typeof other].join()"), "boolean,undefined,boolean");
    });
}

#[test]
fn step_05_a_termination_while_the_turn_queues_is_applied() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let event = ctx.event();
        let log = Log::default();
        let busy = Busy::new(&ctx);
        let queued = pending(event.run((log.clone(),), |_lock, (log,)| log.push("ran")));
        event.terminate();
        busy.release().expect("the running turn belongs to another event");
        terminated(block_on(queued));
        assert_eq!(log.lines(), [""; 0]);
    });
}

#[test]
fn step_06_deferred_drops_are_done_when_a_turn_begins() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let root = block_on(ctx.try_run((), |lock, ()| lock.eval("({})").map(|value| lock.root(value)))).unwrap();
        assert_eq!(isolate.stats().roots, 1);
        let (busy, event) = (Busy::new(&ctx), ctx.event());
        // Refused under the hold, which drops its captures between two turns; the housekeeping turn that the drop asks for
        // stands behind the one that looks.
        let refused = pending(event.run((root.clone(),), |_lock, (root,)| drop(root)));
        let look = pending(ctx.run((Carry(isolate.clone()),), |_lock, (isolate,)| {
            let stats = isolate.0.stats();
            (stats.roots, stats.deferred_drops == 0)
        }));
        event.cancel();
        thread::spawn(move || drop(root)).join().unwrap();
        assert_eq!(isolate.stats().roots, 1, "nothing is dropped off the lock");
        busy.release().unwrap();
        assert_eq!(block_on(look).unwrap(), (0, true));
        assert!(block_on(refused).is_err());
    });
}

#[test]
#[expect(clippy::disallowed_methods, reason = "shows that what leaks through it doesn't leave the turn")]
fn step_06_continuation_data_does_not_leave_its_turn() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let other = context(&isolate);
        let set = |lock: &mut Lock<'_>, ()| {
            let secret = lock.string("secret").unwrap();
            lock.set_continuation_preserved_embedder_data(secret.into());
            lock.get_continuation_preserved_embedder_data().is_string()
        };
        for context in [&ctx, &other, &ctx] {
            assert!(block_on(ctx.run((), set)).unwrap());
            assert!(
                block_on(context.run((), |lock, ()| lock.get_continuation_preserved_embedder_data().is_undefined()))
                    .unwrap()
            );
        }
    });
}

#[test]
fn step_07_a_panicking_body_leaves_everything_usable() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let line = line!() + 1;
        let failed = block_on(ctx.run((), |lock, ()| {
            lock.eval("globalThis.kept = 1; Promise.resolve().then(() => { kept += 1 })").unwrap();
            boom("as planned");
        }));
        let Err(RunError::Panicked { message, at }) = failed else { panic!("{failed:?}") };
        assert_eq!(&*message, "as planned");
        assert_at(at, file!(), line);
        // Its microtasks still ran, and others get in.
        assert_eq!(number(&ctx, "kept"), 2.0);
        assert_eq!(number(&context(&isolate), "1 + 1"), 2.0);
    });
}
