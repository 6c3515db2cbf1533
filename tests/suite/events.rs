//! Events: cancellation, pending counts, critical sections, spawned bodies.

use crate::support::*;
use futures::channel::oneshot;
use isolock::{prelude::*, protocol::termination::Request};
use isolock_tests::{block_on, context};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

/// Calls of `hold` wait for their turn to be let go, in any order.
#[derive(Clone, Default)]
struct Held(Arc<Mutex<Vec<oneshot::Sender<f64>>>>);

impl Portable for Held {}

impl Held {
    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    fn release(&self, value: f64) {
        let sender = self.0.lock().unwrap().remove(0);
        // A call that was cancelled doesn't listen any more.
        let _ = sender.send(value);
    }
}

/// Waits until it is released.
#[isolate_fn]
async fn hold(_ev: Event, #[capture] held: Held, #[capture] done: Counted) -> f64 {
    let (sender, receiver) = oneshot::channel();
    held.0.lock().unwrap().push(sender);
    let value = receiver.await.unwrap_or(-1.0);
    drop(done);
    value
}

/// A context with `hold`, and how often a call of it ended or was dropped.
fn holder(world: &World) -> (Isolate, IoContext, Held, Arc<AtomicUsize>) {
    let (held, done, isolate) = (Held::default(), Counted::default(), world.isolate());
    let (drops, _) = done.counters();
    let binding = Carry(hold { held: held.clone(), done });
    let setup = isolate.context(ContextOptions::new()).setup((binding,), |lock, (binding,)| lock.install((binding.0,)));
    let ctx = block_on(setup).unwrap();
    (isolate, ctx, held, drops)
}

#[test]
fn dropping_the_future_of_eval_cancels_what_the_script_started() {
    on_both_homes(|world| {
        let (_isolate, ctx, held, drops) = holder(world);
        let eval = pending(ctx.eval::<f64>("hold()"));
        let other = pending(ctx.eval::<f64>("hold()"));
        until(|| held.len() == 2);
        assert_eq!((ctx.pending(), count(&drops)), (2, 0));
        drop(eval);
        until(|| count(&drops) == 1);
        held.release(1.0);
        held.release(2.0);
        // Calls are started in order, so the second one that was released belongs to the other script.
        let value = block_on(other).unwrap();
        assert!(value == 1.0 || value == 2.0);
        block_on(ctx.idle());
        assert_eq!(count(&drops), 2);
    });
}

#[test]
fn a_cancelled_call_rejects_its_promise() {
    on_both_homes(|world| {
        let (_isolate, ctx, held, drops) = holder(world);
        let event = ctx.event();
        let begun = event.try_run((), |lock, ()| {
            lock.eval("globalThis.seen = 'nothing'; hold().catch(e => { seen = e.message }); 0").map(drop)
        });
        block_on(begun).unwrap();
        until(|| held.len() == 1);
        assert_eq!((event.pending(), ctx.pending()), (1, 1));
        assert!(event.cancel() && !event.cancel() && event.is_cancelled());
        block_on(event.cancelled());
        block_on(event.idle());
        block_on(ctx.idle());
        assert_eq!(count(&drops), 1);
        let seen = text(&ctx, "seen");
        assert!(seen.starts_with("the event that began at ") && seen.ends_with(" was cancelled"), "{seen}");
        assert_eq!(ctx.pending(), 0);
    });
}

#[test]
fn a_script_that_ignores_its_cancellation_ends_with_its_context() {
    on_both_homes(|world| {
        let (isolate, ctx, held, _) = holder(world);
        let eval = pending(
            ctx.eval::<f64>("globalThis.n = 0; (async () => { for (;;) try { await hold() } catch { n++ } })()"),
        );
        until(|| held.len() == 1);
        drop(eval);
        // Every further call is refused, and the isolate is there for others meanwhile.
        until(|| number(&ctx, "n") > 10.0);
        assert_eq!(held.len(), 1);
        assert_eq!(number(&context(&isolate), "1 + 1"), 2.0);
        ctx.close();
        block_on(ctx.idle());
    });
}

#[test]
fn cancel_lets_a_running_turn_end_and_terminate_does_not() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (cancelled, terminated_event) = (ctx.event(), ctx.event());
        let ended = block_on(cancelled.try_run((cancelled.clone(),), |lock, (event,)| {
            event.cancel();
            lock.eval("6 * 7").map(|value| value.number_value(lock))
        }));
        assert_eq!(ended.unwrap(), Some(42.0));
        let line = line!() + 2;
        let ended = block_on(terminated_event.try_run((terminated_event.clone(),), |lock, (event,)| {
            event.terminate();
            lock.eval("for (;;) {}").map(drop)
        }));
        let Request::Terminate(at) = terminated(ended) else { panic!("who asked?") };
        assert_at(at, file!(), line);
        assert_eq!(number(&ctx, "1 + 1"), 2.0);
    });
}

#[test]
fn terminate_hits_a_turn_that_runs_elsewhere_and_no_other() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (begun, inside) = mpsc::channel();
        let event = ctx.event();
        let endless = {
            let event = event.clone();
            thread::spawn(move || {
                block_on(event.run((begun,), |lock, (begun,)| {
                    begun.send(()).unwrap();
                    lock.eval("for (;;) {}").map(drop)
                }))
            })
        };
        inside.recv().unwrap();
        let queued = pending(ctx.eval::<f64>("5"));
        // Another event's termination waits for its own turn.
        ctx.event().terminate();
        event.terminate();
        terminated(endless.join().unwrap());
        assert_eq!(block_on(queued).unwrap(), 5.0);
        assert!(!isolate.terminate_running());
    });
}

#[test]
fn terminating_a_parent_terminates_what_it_started() {
    on_both_homes(|world| {
        let (begun, inside) = mpsc::channel();
        let isolate = world.isolate();
        let setup =
            isolate.context(ContextOptions::new()).setup((begun,), |lock, (begun,)| lock.install((spin { begun },)));
        let ctx = block_on(setup).unwrap();
        let parent = ctx.event();
        let turn = parent.try_run((), |lock, ()| lock.eval("spin()").map(|promise| lock.follow::<f64>(promise)));
        // On a thread of its own: whoever leaves the isolate may be made to run the next turn, too.
        let turn = thread::spawn(move || block_on(async { turn.await?.await }));
        // The turn that runs for ever is one of the child's.
        assert_ne!(inside.recv().unwrap(), parent.id());
        parent.terminate();
        let error = threw(turn.join().unwrap());
        assert!(error.message.starts_with("the turn was terminated: `terminate` was called at "), "{error}");
    });
}

/// Runs forever, in a turn of its event.
#[isolate_fn]
async fn spin(ev: Event, #[capture] begun: mpsc::Sender<u64>) -> Result<f64, RunError> {
    ev.try_run((begun,), |lock, (begun,)| {
        begun.send(lock.event().id()).expect("somebody waits");
        lock.eval("for (;;) {}").map(drop)
    })
    .await?;
    Ok(1.0)
}

#[test]
fn spawned_bodies_are_events_with_turns() {
    on_both_homes(|world| {
        let (_isolate, ctx, held, _) = holder(world);
        let spawned = ctx.spawn((20.0,), |event, (n,)| async move {
            let twice = event.run((n,), |_lock, (n,)| n * 2.0).await?;
            let same = event.run((), |lock, ()| lock.event().id()).await? == event.id();
            Ok::<_, RunError>((twice, same))
        });
        assert_eq!(block_on(spawned).unwrap().unwrap(), (40.0, true));
        // What it waits for keeps it pending, and dropping its future cancels it.
        let (alive, drops) = (Counted::default(), held.clone());
        let (alive_drops, _) = alive.counters();
        let waiting = pending(ctx.spawn((alive, drops), |_event, (alive, held)| async move {
            let (sender, receiver) = oneshot::channel();
            held.0.lock().unwrap().push(sender);
            let value = receiver.await;
            drop(alive);
            value.unwrap_or(0.0)
        }));
        until(|| held.len() == 1);
        assert_eq!(ctx.pending(), 1);
        let mut idle = pending(ctx.idle());
        drop(waiting);
        until(|| count(&alive_drops) == 1);
        until(|| poll_once(&mut idle).is_ready());
        assert_eq!(ctx.pending(), 0);
    });
}

#[test]
fn a_cancelled_spawn_says_so_and_one_of_a_dead_context_never_starts() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, event) = mpsc::channel();
        let spawned = pending(ctx.spawn((sender,), |event, (sender,)| async move {
            sender.send(event).unwrap();
            futures::future::pending::<()>().await;
        }));
        event.recv().unwrap().cancel();
        assert!(matches!(block_on(spawned), Err(RunError::Cancelled { .. })));
        let log = Log::default();
        ctx.close();
        gone(block_on(ctx.spawn((log.clone(),), |_event, (log,)| async move { log.push("ran") })));
        assert_eq!(log.lines(), [""; 0]);
    });
}

#[test]
fn idle_waits_for_everything_below() {
    on_both_homes(|world| {
        let (_isolate, ctx, held, _) = holder(world);
        block_on(ctx.idle());
        let event = ctx.event();
        block_on(event.try_run((), |lock, ()| lock.eval("hold().then(() => hold()); hold(); 0").map(drop))).unwrap();
        until(|| held.len() == 2);
        assert_eq!((event.pending(), ctx.pending()), (2, 2));
        let mut idle = pending(event.idle());
        held.release(1.0);
        held.release(1.0);
        // The continuation's call belongs to the event whose call it continues, and counts before that one is done.
        until(|| held.len() == 1);
        assert!(poll_once(&mut idle).is_pending());
        held.release(1.0);
        block_on(idle);
        block_on(ctx.idle());
        assert_eq!((event.pending(), ctx.pending()), (0, 0));
    });
}

/// Counts how many of its turns have run, for the sections below.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl Portable for Count {}

#[test]
fn events_report_where_and_in_which_context_they_began() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let line = line!() + 1;
        let (event, weak) = (ctx.event(), ctx.downgrade().event());
        assert_at(event.began(), file!(), line);
        assert_at(weak.began(), file!(), line);
        assert_eq!((event.context().id(), weak.context().id()), (ctx.id(), ctx.id()));
        assert_ne!(event.id(), weak.id());
        let turns = Count::default();
        for _ in 0..3 {
            block_on(event.run((turns.clone(),), |_lock, (turns,)| turns.0.fetch_add(1, Ordering::SeqCst))).unwrap();
        }
        assert_eq!(count(&turns.0), 3);
        let text = format!("{event:?}");
        assert!(text.contains(file!()) && text.contains("cancelled: false"), "{text}");
    });
}
