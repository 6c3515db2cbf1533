//! Between JS promises and Rust futures.

use crate::support::*;
use futures::channel::oneshot;
use isolock::{Follow, prelude::*, protocol::liveness::Why, protocol::termination::Request, v8};
use isolock_tests::block_on;
use std::{error::Error, fmt, sync::mpsc};

#[test]
fn eval_follows_promises() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert_eq!(number(&ctx, "1 + 1"), 2.0);
        assert_eq!(number(&ctx, "Promise.resolve(3)"), 3.0);
        assert_eq!(number(&ctx, "(async () => { await null; await 0; return Promise.resolve(4) })()"), 4.0);
        block_on(ctx.eval::<()>("globalThis.p = new Promise(r => { globalThis.settle = r }); 0")).unwrap();
        let mut waiting = pending(ctx.eval::<f64>("p"));
        block_on(ctx.run((), |_lock, ()| ())).unwrap();
        assert!(poll_once(&mut waiting).is_pending());
        block_on(ctx.eval::<()>("settle(Promise.resolve(5)); 0")).unwrap();
        assert_eq!(block_on(waiting).unwrap(), 5.0);
        // The value of the promise is converted, and that of the script is not.
        let error = block_on(ctx.eval::<f64>("Promise.resolve('five')")).unwrap_err();
        assert_eq!(error.to_string(), "expected a number, found string \"five\"");
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn a_rejection_is_the_error_that_was_thrown() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        for source in ["(async () => { await 0; throw new TypeError('no') })()", "Promise.reject(new TypeError('no'))"]
        {
            let error = threw(block_on(ctx.eval::<()>(source)));
            assert_eq!((error.class.as_str(), error.message.as_str()), ("TypeError", "no"));
            assert!(error.stack.as_ref().unwrap().starts_with("TypeError: no\n    at "), "{error:?}");
            assert_eq!(error.position.as_ref().unwrap().resource, "<eval>");
            assert_eq!(error.cause, None);
        }
        // Nobody else hears of it.
        assert_eq!(world.rejections(), []);
    });
}

type Follows = (Follow<f64>, Follow<f64>, Follow<f64>, Follow<f64>);

#[test]
fn follow_takes_values_and_promises_in_any_state() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let follows: Result<Follows, RunError> = block_on(ctx.try_run((), |lock, ()| {
            let mut follow = |source: &str| lock.eval(source).map(|value| lock.follow(value));
            Ok((
                follow("1")?,
                follow("Promise.resolve(2)")?,
                follow("Promise.reject(new RangeError('three'))")?,
                follow("globalThis.resolve = []; new Promise((...r) => { resolve.push(r) })")?,
            ))
        }));
        let (value, fulfilled, rejected, waiting) = follows.unwrap();
        assert_eq!((block_on(value).unwrap(), block_on(fulfilled).unwrap()), (1.0, 2.0));
        assert_eq!(threw(block_on(rejected)).class, "RangeError");
        let waiting = pending(waiting);
        block_on(ctx.eval::<()>("resolve.pop()[1](new EvalError('four')); 0")).unwrap();
        assert_eq!(threw(block_on(waiting)).class, "EvalError");
        // A follower that nobody awaits is no reason to report anything.
        block_on(ctx.try_run((), |lock, ()| lock.eval("Promise.reject(5)").map(|p| drop(lock.follow::<f64>(p)))))
            .unwrap();
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn many_may_follow_one_promise() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.eval::<()>("globalThis.p = new Promise(r => { globalThis.settle = r }); 0")).unwrap();
        let followers: Vec<_> = (0..50).map(|_| pending(ctx.eval::<f64>("p"))).collect();
        block_on(ctx.eval::<()>("settle(7); settle(8); 0")).unwrap();
        for follower in followers {
            assert_eq!(block_on(follower).unwrap(), 7.0);
        }
    });
}

#[test]
fn a_promise_that_cannot_settle_ends_with_its_context() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let never =
            ctx.try_run((), |lock, ()| lock.eval("new Promise(() => {})").map(|promise| lock.follow::<f64>(promise)));
        let follow = pending(block_on(never).unwrap());
        let eval = pending(ctx.eval::<f64>("new Promise(() => {})"));
        block_on(ctx.run((), |_lock, ()| ())).unwrap();
        ctx.close();
        assert_eq!((why(block_on(follow)), why(block_on(eval))), (Why::Closed, Why::Closed));
    });
}

#[test]
fn a_terminated_checkpoint_is_told_to_those_who_wait_for_its_promises() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (begun, inside) = mpsc::channel();
        block_on(ctx.try_run((begun,), |lock, captures| {
            let now = lock.function("now", (Carry(std::sync::Mutex::new(captures)),), |_lock, (begun,), (): ()| {
                begun.0.lock().unwrap().0.send(()).unwrap();
            })?;
            lock.set_global("now", now)
        }))
        .unwrap();
        let bystander = pending(ctx.eval::<f64>("new Promise(() => {})"));
        let evil = {
            let ctx = ctx.clone();
            std::thread::spawn(move || block_on(ctx.eval::<f64>("(async () => { await 0; now(); for (;;) {} })()")))
        };
        inside.recv().unwrap();
        assert!(isolate.terminate_running());
        assert!(matches!(terminated(evil.join().unwrap()), Request::Terminate(_)));
        // Its reactions may have gone with the queue.
        terminated(block_on(bystander));
        assert_eq!(number(&ctx, "Promise.resolve(1).then(n => n + 1)"), 2.0);
    });
}

/// An error with a source, twice.
#[derive(Debug)]
struct Layered(&'static str, Option<Box<Layered>>);

impl Portable for Layered {}

impl fmt::Display for Layered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Layered {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_ref().map(|source| source.as_ref() as _)
    }
}

fn layered() -> Layered {
    Layered("outer", Some(Box::new(Layered("middle", Some(Box::new(Layered("inner", None)))))))
}

#[isolate_fn(name = "failNow")]
fn fail_now() -> Result<f64, Layered> {
    Err(layered())
}

#[isolate_fn(name = "failLater")]
async fn fail_later(ev: Event) -> Result<f64, Layered> {
    ev.run((), |_lock, ()| ()).await.expect("a turn");
    Err(layered())
}

#[test]
fn the_sources_of_an_error_become_causes_and_come_back() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((fail_now {}, fail_later {})));
        for call in ["failNow", "failLater"] {
            let chain =
                "e => [e, e.cause, e.cause.cause].map(e => `${e.name} ${e.message}`).join() + e.cause.cause.cause";
            let chain = text(&ctx, &format!("(async () => {call}())().catch({chain})"));
            assert_eq!(chain, "Error outer,Error middle,Error innerundefined");
            let error = threw(block_on(ctx.eval::<f64>(&format!("{call}()"))));
            let mut messages = vec![error.message.clone()];
            let mut source = error.source();
            while let Some(cause) = source {
                let text = cause.to_string();
                messages.push(text.split(" (at ").next().unwrap().to_owned());
                source = cause.source();
            }
            assert_eq!(messages, ["outer", "Error: middle", "Error: inner"], "{error:?}");
            // Not shown by `for … in`, as ES has it.
            assert_eq!(text(&ctx, &format!("(async () => {call}())().catch(e => Object.keys(e).join())")), "");
        }
    });
}

#[test]
fn lock_promise_gives_a_body_to_js() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (open, door) = oneshot::channel::<f64>();
        let made = ctx.try_run((Carry(door),), |lock, captures| {
            let later = lock.promise(captures, |event, (door,)| async move {
                let n = door.0.await.unwrap_or(-1.0);
                event.run((n,), |_lock, (n,)| n + 1.0).await
            })?;
            lock.set_global("later", later)?;
            let failed = lock.promise((), |_event, ()| async { Err::<f64, _>(layered()) })?;
            lock.set_global("failed", failed)?;
            let panicked = lock.promise((), |_event, ()| async { boom("in a promise") })?;
            lock.set_global("panicked", panicked)?;
            lock.eval("panicked.catch(() => {}); failed.catch(() => {})").map(drop)
        });
        block_on(made).unwrap();
        let sum = pending(ctx.eval::<f64>("later.then(n => n + 100)"));
        open.send(1.0).unwrap();
        assert_eq!(block_on(sum).unwrap(), 102.0);
        assert_eq!(threw(block_on(ctx.eval::<f64>("failed"))).message, "outer");
        let error = threw(block_on(ctx.eval::<f64>("panicked")));
        assert!(error.message.starts_with("R10 no-unwind: ") && error.message.ends_with("in a promise"), "{error}");
        block_on(ctx.idle());
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn unhandled_rejections_are_reported_once() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.eval::<()>("globalThis.p = Promise.reject(new Error('alone')); 0")).unwrap();
        assert_eq!(world.rejections(), [(ctx.id(), "alone".to_owned())]);
        block_on(ctx.eval::<()>("p.catch(() => {}); 0")).unwrap();
        block_on(ctx.eval::<()>("(async () => { await 0; throw new Error('in a microtask') })(); 0")).unwrap();
        assert_eq!(world.rejections(), [(ctx.id(), "in a microtask".to_owned())]);
        block_on(ctx.eval::<()>("Promise.reject(1).then(() => {}); 0")).unwrap();
        assert_eq!(world.rejections(), [(ctx.id(), "1".to_owned())], "the derived promise, and not both");
    });
}

#[test]
fn handled_rejections_are_not_reported() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        for source in [
            "Promise.reject(1).catch(() => {}); 0",
            "{ const p = Promise.reject(2); Promise.resolve().then(() => p.catch(() => {})) } 0",
            "(async () => { try { await Promise.reject(3) } catch {} })()",
            "Promise.allSettled([Promise.reject(4)]).then(() => {})",
        ] {
            block_on(ctx.eval::<()>(source)).unwrap();
        }
        threw(block_on(ctx.eval::<()>("Promise.reject(5)")));
        threw(block_on(ctx.eval::<()>("(async () => { await 0; await Promise.reject(6) })()")));
        // In a later script of the same turn.
        block_on(ctx.try_run((), |lock, ()| {
            lock.eval("globalThis.q = Promise.reject(7)")?;
            lock.eval("q.catch(() => {})").map(drop)
        }))
        .unwrap();
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn a_rejection_is_reported_for_the_context_of_its_promise() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let group = isolate.group();
        let make = || block_on(isolate.context(ContextOptions::new().group(&group)).build()).unwrap();
        let (one, two) = (make(), make());
        block_on(one.try_run((two.downgrade(),), |lock, (two,)| {
            lock.in_context(&two, (), |lock, ()| lock.eval("Promise.reject(new Error('of two'))").map(drop))?
        }))
        .unwrap();
        assert_eq!(world.rejections(), [(two.id(), "of two".to_owned())]);
        block_on(one.eval::<()>("Promise.reject(new Error('of one')); 0")).unwrap();
        assert_eq!(world.rejections(), [(one.id(), "of one".to_owned())]);
    });
}

#[test]
fn an_async_host_function_that_nobody_awaits_is_reported_when_it_fails() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((fail_later {},)));
        block_on(ctx.eval::<()>("failLater(); 0")).unwrap();
        block_on(ctx.idle());
        assert_eq!(world.rejections(), [(ctx.id(), "outer".to_owned())]);
    });
}

#[test]
fn r3_what_a_group_kept_from_contexts_that_all_ended_is_refused() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let group = isolate.group();
        let in_group = || block_on(isolate.context(ContextOptions::new().group(&group)).build()).unwrap();
        let one = in_group();
        let function = block_on(one.try_run((), |lock, ()| {
            let function = lock.eval("async function answer() { await null; return 42 } answer")?;
            Ok::<_, RunError>(lock.root(function))
        }))
        .unwrap();
        let call = |ctx: &IoContext| {
            block_on(ctx.try_run((function.clone(),), |lock, (function,)| {
                let function = v8::Local::<v8::Function>::try_from(function.try_get(lock)?).expect("a function");
                let receiver = lock.undefined();
                let promise = lock.try_catch(|lock| function.call(lock, receiver, &[]))?;
                Ok::<_, RunError>(lock.follow::<i32>(promise))
            }))
            .map(block_on)
        };
        // A member that outlives the one it was made in goes on with it.
        let heir = in_group();
        drop(one);
        assert_eq!(call(&heir).unwrap().unwrap(), 42);
        // Once all have ended, its microtask queue is nobody's: its promise would never settle.
        drop(heir);
        until(|| isolate.stats().contexts == 0);
        let two = in_group();
        assert!(matches!(call(&two), Err(RunError::WrongContext { .. })));
    });
}

#[test]
fn a_dropped_follow_lets_go_of_its_promise() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        block_on(ctx.eval::<()>("globalThis.p = new Promise(r => { globalThis.settle = r }); 0")).unwrap();
        let followers: Vec<_> = (0..20).map(|_| pending(ctx.eval::<f64>("p"))).collect();
        let kept = pending(ctx.eval::<f64>("p"));
        until(|| isolate.stats().functions == 42);
        drop(followers);
        until(|| isolate.stats().functions == 2);
        // Their reactions are called all the same, and do nothing.
        block_on(ctx.eval::<()>("settle(5); 0")).unwrap();
        assert_eq!(block_on(kept).unwrap(), 5.0);
        until(|| isolate.stats().functions == 0);
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn a_promise_that_was_collected_is_an_error() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let mut lost = pending(ctx.eval::<f64>("new Promise(() => {})"));
        block_on(ctx.eval::<()>("globalThis.p = new Promise(r => { globalThis.settle = r }); 0")).unwrap();
        let found = pending(ctx.eval::<f64>("p"));
        let mut outcome = None;
        collect_until(&ctx, || {
            if let std::task::Poll::Ready(result) = poll_once(&mut lost) {
                outcome = Some(result);
            }
            outcome.is_some()
        });
        assert!(matches!(outcome, Some(Err(RunError::PromiseLost))), "{outcome:?}");
        block_on(ctx.eval::<()>("settle(1); 0")).unwrap();
        assert_eq!(block_on(found).unwrap(), 1.0);
        until(|| isolate.stats().functions == 0);
    });
}
