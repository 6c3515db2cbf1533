//! Timers and intervals.

use crate::support::*;
use futures::channel::oneshot;
use isolock::{Report, Timer, prelude::*, v8};
use isolock_tests::block_on;
use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

/// Long enough that it never ends in a test.
const LONG: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(1);

#[test]
fn a_timer_runs_once_in_a_turn_of_its_event() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, ran) = mpsc::channel();
        for after in [Duration::ZERO, SHORT] {
            let event = block_on(ctx.run((sender.clone(), after), |lock, (sender, after)| {
                lock.timer(after, (sender,), |lock, (sender,)| {
                    sender.send((lock.event().id(), lock.context().id())).unwrap()
                });
                lock.event()
            }))
            .unwrap();
            assert_eq!(ran.recv().unwrap(), (event.id(), ctx.id()));
            block_on(event.idle());
        }
        drop(sender);
        assert!(ran.recv().is_err(), "once");
        assert_eq!(world.fixture.reports().len(), 0);
    });
}

#[test]
fn timers_without_delay_run_in_the_order_they_were_made_after_the_turn() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let log = Log::default();
        block_on(ctx.run((log.clone(),), |lock, (log,)| {
            for name in ["one", "two", "three"] {
                lock.timer(Duration::ZERO, (log.clone(), name), |_lock, (log, name)| log.push(name));
            }
            log.push("turn");
        }))
        .unwrap();
        block_on(ctx.idle());
        assert_eq!(log.lines(), ["turn", "one", "two", "three"]);
    });
}

#[test]
fn an_interval_runs_until_it_is_cancelled() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let value = Counted::default();
        let (drops, clones) = value.counters();
        let (sender, ran) = mpsc::channel();
        let me: Arc<Mutex<Option<Timer>>> = Arc::default();
        let timer = ctx.event().interval(Duration::ZERO, (sender, value, me.clone()), |_lock, (sender, _value, me)| {
            sender.send(()).unwrap();
            // Cancels itself when it is told to.
            let timer = me.lock().unwrap().take();
            let _ = timer.is_some_and(|timer| timer.cancel());
        });
        for _ in 0..3 {
            ran.recv().unwrap();
        }
        assert!(timer.is_active());
        *me.lock().unwrap() = Some(timer.clone());
        block_on(ctx.idle());
        assert!(!timer.is_active() && !timer.cancel());
        until(|| count(&drops) == 1);
        assert_eq!(count(&clones), 0);
        // Ends, because the sender has gone with the captures.
        let _ = ran.iter().count();
    });
}

#[test]
fn a_cancelled_timer_never_runs_and_its_captures_go() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let value = Counted::default();
        let (drops, _) = value.counters();
        let timer = ctx.event().timer(LONG, (value,), |_lock, _captures| boom("it was cancelled"));
        assert!(timer.is_active());
        assert_eq!(ctx.pending(), 1);
        let idle = pending(ctx.idle());
        assert!(timer.cancel() && !timer.cancel());
        block_on(idle);
        until(|| count(&drops) == 1);
        // Also one that is due and waits for its turn.
        let busy = Busy::new(&ctx);
        let timer = ctx.event().timer(Duration::ZERO, (), |_lock, ()| boom("it was cancelled"));
        assert!(timer.cancel());
        busy.release().unwrap();
        block_on(ctx.run((), |_lock, ()| ())).unwrap();
        assert_eq!(world.fixture.reports().len(), 0);
    });
}

#[test]
fn a_timer_counts_as_pending_unless_it_is_unreferenced() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let event = ctx.event();
        let timer = event.timer(LONG, (), |_lock, ()| ());
        assert_eq!((event.pending(), ctx.pending()), (1, 1));
        timer.unref();
        timer.unref();
        block_on(event.idle());
        timer.reference();
        assert_eq!(ctx.pending(), 1);
        // Dropping it changes nothing.
        drop(timer);
        assert_eq!(ctx.pending(), 1);
        event.cancel();
        block_on(ctx.idle());
    });
}

#[test]
fn a_cancelled_event_and_a_context_that_ended_drop_their_timers() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let fresh = || {
            let value = Counted::default();
            let (drops, _) = value.counters();
            (value, drops)
        };
        let (value, drops) = fresh();
        let event = ctx.event();
        event.timer(LONG, (value,), |_lock, _captures| ());
        event.cancel();
        until(|| count(&drops) == 1);
        // Born cancelled.
        let (value, drops) = fresh();
        assert!(!event.timer(Duration::ZERO, (value,), |_lock, _captures| boom("cancelled")).is_active());
        until(|| count(&drops) == 1);
        let (value, drops) = fresh();
        let timer = ctx.event().interval(LONG, (value,), |_lock, _captures| ());
        ctx.close();
        until(|| isolate.stats().contexts == 0 && count(&drops) == 1);
        assert!(!timer.is_active());

        let (isolate, ctx) = world.context();
        let (value, drops) = fresh();
        ctx.event().timer(LONG, (value,), |_lock, _captures| ());
        block_on(isolate.shutdown());
        assert_eq!(count(&drops), 1);
    });
}

#[test]
fn r8_a_timer_keeps_the_critical_section() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, outside) = mpsc::channel();
        let section = ctx.event().critical_section((ctx.downgrade(), sender), |inside, (weak, sender)| async move {
            // A timer of another event waits for the end of the section.
            weak.event().timer(Duration::ZERO, (sender,), |_lock, (sender,)| sender.send("outside").unwrap());
            let (rang, heard) = oneshot::channel();
            inside.timer(SHORT, (rang,), |_lock, (rang,)| rang.send(()).unwrap());
            heard.await.unwrap();
            "inside"
        });
        let inside = block_on(section).unwrap();
        assert_eq!((inside, outside.recv().unwrap()), ("inside", "outside"));
    });
}

#[test]
fn a_timer_that_fails_is_reported_and_an_interval_goes_on() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        ctx.event().timer(Duration::ZERO, (), |lock, ()| lock.eval("throw new Error('early')").map(drop));
        block_on(ctx.idle());
        let reports = world.fixture.reports();
        let [Report::Failed { context, what, made, message, .. }] = &reports[..] else { panic!("{reports:?}") };
        assert_eq!((*context, *what, made.file()), (ctx.id(), "timer", file!()));
        assert!(message.contains("Error: early"), "{message}");
        let (sender, ran) = mpsc::channel();
        let timer = ctx.event().interval(Duration::ZERO, (sender,), |_lock, (sender,)| {
            sender.send(()).unwrap();
            boom("in an interval");
        });
        for _ in 0..3 {
            ran.recv().unwrap();
        }
        timer.cancel();
        block_on(ctx.idle());
        let reports = world.fixture.reports();
        assert!(
            reports.len() >= 2
                && reports
                    .iter()
                    .all(|report| matches!(report, Report::Panicked { message, .. } if message == "in an interval")),
            "{reports:?}"
        );
    });
}

#[test]
fn microtasks_of_a_timer_run_and_js_timers_can_be_built() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        // `setTimeout`, as an embedder would write it.
        let turn = ctx.try_run((), |lock, ()| {
            let set =
                lock.function("setTimeout", (), |lock, (), (handler, after): (JsRoot<v8::Function>, Option<u32>)| {
                    let after = Duration::from_millis(after.unwrap_or_default().into());
                    lock.timer(after, (handler,), |lock, (handler,)| {
                        let handler = handler.try_get(lock)?;
                        lock.try_catch(|lock| handler.call(lock, lock.undefined(), &[])).map(drop)
                    });
                })?;
            lock.set_global("setTimeout", set)
        });
        block_on(turn).unwrap();
        let source = "new Promise(r => setTimeout(() => { Promise.resolve(6).then(n => r(n + 1)) }, 1))";
        assert_eq!(number(&ctx, source), 7.0);
    });
}
