//! What is done when a promise settles.

use crate::support::*;
use futures::channel::oneshot;
use isolock::{Follow, prelude::*, v8};
use isolock_tests::block_on;

/// The promise that a script gives.
fn promise<'s>(lock: &mut Lock<'s>, source: &str) -> Result<v8::Local<'s, v8::Promise>, RunError> {
    lock.eval(source)?.try_into().map_err(|_| RunError::Refused("no promise"))
}

/// A promise, `settle` and `fail` in the context.
const OPEN: &str = "globalThis.p = new Promise((...r) => { [globalThis.settle, globalThis.fail] = r }); p";

#[test]
fn a_continuation_runs_in_the_turn_in_which_its_promise_settles() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let log = Log::default();
        let next: Follow<f64> = block_on(ctx.try_run((log.clone(),), |lock, (log,)| {
            let open = promise(lock, OPEN)?;
            let next = lock.then(open, (log, 1.0), |_lock, (log, more), got: Result<f64, RunError>| {
                log.push("then");
                got.map(|got| got + more)
            })?;
            Ok::<_, RunError>(lock.follow(next.into()))
        }))
        .unwrap();
        assert_eq!(log.lines().len(), 0);
        let again = log.clone();
        block_on(ctx.try_run((again,), |lock, (log,)| {
            lock.eval("settle(41)")?;
            log.push("body");
            Ok::<_, RunError>(())
        }))
        .unwrap();
        assert_eq!(log.lines(), ["body", "then"], "in the checkpoint");
        assert_eq!(block_on(next).unwrap(), 42.0);
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn the_outcome_of_a_continuation_is_what_happened() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let outcome = |source: &str| {
            block_on(ctx.try_run((source.to_owned(),), |lock, (source,)| {
                let promise = promise(lock, &source)?;
                let text = lock.then(promise, (), |_lock, (), got: Result<f64, RunError>| match got {
                    Ok(n) => format!("{n}"),
                    Err(error) => error.to_string(),
                })?;
                Ok::<_, RunError>(lock.follow::<String>(text.into()))
            }))
            .and_then(block_on)
            .unwrap()
        };
        assert_eq!(outcome("Promise.resolve(5)"), "5");
        assert!(outcome("Promise.reject(new TypeError('no'))").starts_with("TypeError: no"));
        assert_eq!(outcome("Promise.resolve('five')"), "expected a number, found string \"five\"");
        assert_eq!(world.rejections(), [], "who continues handles");
    });
}

#[test]
fn what_a_continuation_fails_with_rejects_its_promise() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.eval::<()>("var mine = new EvalError('mine'); 0")).unwrap();
        let turn = ctx.try_run((), |lock, ()| {
            let rejected = promise(lock, "Promise.reject(mine)")?;
            let passed = lock.then(rejected, (), |_lock, (), got: Result<f64, RunError>| got)?;
            lock.set_global("passed", passed)?;
            let fine = promise(lock, "Promise.resolve(1)")?;
            let burst = lock.then(fine, (), |_lock, (), _got: Result<f64, RunError>| boom("in a continuation"))?;
            lock.set_global("burst", burst)
        });
        block_on(turn).unwrap();
        assert_eq!(text(&ctx, "passed.catch(e => `${e === mine}`)"), "true", "the same value");
        let message = "R10 no-unwind: host function `then` panicked: in a continuation";
        assert_eq!(text(&ctx, "burst.catch(e => e.message)"), message);
        drop(world.rejections());
    });
}

#[test]
fn r2_a_continuation_drops_its_captures_once() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let value = Counted::default();
        let (drops, clones) = value.counters();
        let turn = |value: Counted| {
            let turn = ctx.try_run((value,), |lock, captures| {
                let open = promise(lock, OPEN)?;
                lock.then(open, captures, |_lock, _captures, _got: Result<(), RunError>| ()).map(drop)
            });
            block_on(turn).unwrap();
        };
        turn(value);
        block_on(ctx.eval::<()>("settle(1); 0")).unwrap();
        assert_eq!((count(&drops), count(&clones)), (1, 0));
        until(|| isolate.stats().functions == 0);
        let value = Counted::default();
        let (drops, _) = value.counters();
        turn(value);
        ctx.close();
        until(|| isolate.stats().contexts == 0 && count(&drops) == 1);
    });
}

#[test]
fn a_continuation_belongs_to_the_event_that_made_it() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let event = ctx.event();
        let make = event.try_run((), |lock, ()| {
            let open = promise(lock, OPEN)?;
            let inner = lock.function("current", (), |lock, (), (): ()| lock.event().id() as f64)?;
            lock.set_global("current", inner)?;
            let id = lock.then(open, (), |lock, (), _got: Result<(), RunError>| {
                // What it calls belongs to it, too.
                let called = lock.eval("current()")?.number_value(lock);
                Ok::<_, RunError>(vec![lock.event().id() as f64, called.unwrap_or_default()])
            })?;
            Ok::<_, RunError>(lock.follow::<Vec<f64>>(id.into()))
        });
        let ids = block_on(make).unwrap();
        assert_eq!(event.pending(), 0, "whoever settles the promise is pending");
        let settles = ctx.event();
        block_on(settles.try_run((), |lock, ()| lock.eval("settle(1)").map(drop))).unwrap();
        let id = event.id() as f64;
        assert_eq!(block_on(ids).unwrap(), [id, id]);
    });
}

#[test]
fn a_cancelled_event_does_not_go_on() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let event = ctx.event();
        let value = Counted::default();
        let (drops, _) = value.counters();
        let make = event.try_run((value,), |lock, captures| {
            let open = promise(lock, OPEN)?;
            let next = lock.then(open, captures, |_lock, _captures, _got: Result<(), RunError>| {
                boom("its event was cancelled");
            })?;
            Ok::<_, RunError>(lock.follow::<()>(next.into()))
        });
        let next = block_on(make).unwrap();
        event.cancel();
        block_on(ctx.eval::<()>("settle(1); 0")).unwrap();
        assert!(threw(block_on(next)).message.contains("was cancelled"));
        assert_eq!(count(&drops), 1);
    });
}

#[test]
fn an_async_continuation_goes_on_without_the_lock() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (open, door) = oneshot::channel::<f64>();
        let event = ctx.event();
        let make = event.try_run((Carry(door),), |lock, captures| {
            let fine = promise(lock, "Promise.resolve(1)")?;
            let sum = lock.then_async(fine, captures, |ev, (door,), got: Result<f64, RunError>| async move {
                let got = got?;
                let Ok(more) = door.0.await else { return Ok(f64::NAN) };
                ev.run((got + more,), |lock, (sum,)| lock.set_global("sum", sum)).await??;
                Ok::<_, RunError>(got + more)
            })?;
            Ok::<_, RunError>(lock.follow::<f64>(sum.into()))
        });
        let sum = block_on(make).unwrap();
        // It is an activity of the event's, and others get in meanwhile.
        assert_eq!(event.pending(), 1);
        assert_eq!(text(&ctx, "typeof sum"), "undefined");
        open.send(2.0).unwrap();
        assert_eq!(block_on(sum).unwrap(), 3.0);
        assert_eq!(number(&ctx, "sum"), 3.0);
        block_on(event.idle());
    });
}

#[test]
fn a_continuation_hears_that_its_promise_cannot_settle() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let log = Log::default();
        let heard = log.clone();
        let make = ctx.try_run((log,), |lock, (log,)| {
            let never = promise(lock, "new Promise(() => {})")?;
            lock.then(never, (log,), |lock, (log,), got: Result<(), RunError>| {
                // A turn as any other.
                let two = lock.eval("1 + 1").is_ok();
                log.push(format!("{two} {}", got.unwrap_err()));
            })
            .map(drop)
        });
        block_on(make).unwrap();
        collect_until(&ctx, || !heard.lines().is_empty());
        assert_eq!(heard.lines(), [format!("true {}", RunError::PromiseLost)]);
    });
}
