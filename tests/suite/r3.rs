//! R3 weak-across-threads.

use crate::support::*;
use futures::channel::oneshot;
use isolock::{Gone, Part, prelude::*, protocol::liveness::Why, v8};
use isolock_tests::{block_on, context};
use std::{
    sync::{Arc, atomic::AtomicUsize},
    time::Instant,
};

#[track_caller]
fn assert_gone(gone: &Gone, part: Part, why: Why, since: Instant) {
    assert_eq!((gone.part, gone.why()), (part, why));
    assert!(gone.obituary.when >= since && gone.obituary.when <= Instant::now());
    let text = gone.to_string();
    assert!(text.starts_with("R3 weak-across-threads: "), "{text}");
    for word in [part.to_string(), why.to_string(), gone.obituary.at.to_string()] {
        assert!(text.contains(&word), "{text} lacks {word}");
    }
}

#[test]
fn r3_gone_names_part_when_why_and_where() {
    on_both_homes(|world| {
        let since = Instant::now();
        let (isolate, closed) = world.context();
        let part = Part::Context(closed.id());
        let line = line!() + 1;
        closed.close();
        let error = gone(block_on(closed.run((), |_lock, ()| ())));
        assert_gone(&error, part, Why::Closed, since);
        assert_at(error.obituary.at, file!(), line);

        // The first reason stays.
        closed.kill();
        assert_gone(&gone(block_on(closed.eval::<()>("1"))), part, Why::Closed, since);

        let killed = context(&isolate);
        let line = line!() + 1;
        killed.kill();
        let error = gone(block_on(killed.run((), |_lock, ()| ())));
        assert_gone(&error, Part::Context(killed.id()), Why::Killed, since);
        assert_at(error.obituary.at, file!(), line);

        let dropped = context(&isolate);
        let (weak, id) = (dropped.downgrade(), dropped.id());
        drop(dropped);
        let error = gone(block_on(weak.run((), |_lock, ()| ())));
        assert_gone(&error, Part::Context(id), Why::Dropped, since);

        let shut_down = context(&isolate);
        let line = line!() + 1;
        block_on(isolate.shutdown());
        let error = gone(block_on(shut_down.run((), |_lock, ()| ())));
        assert_gone(&error, Part::Isolate(isolate.id()), Why::IsolateShutDown, since);
        assert_at(error.obituary.at, file!(), line);

        let error = gone(block_on(isolate.context(ContextOptions::new()).build()));
        assert_gone(&error, Part::Isolate(isolate.id()), Why::IsolateShutDown, since);
    });
}

/// What a set-up turn leaves behind.
type Left = Arc<std::sync::Mutex<Option<WeakIoContext>>>;

#[test]
fn r3_a_failed_setup_ends_the_context() {
    on_both_homes(|world| {
        let since = Instant::now();
        let isolate = world.isolate();
        let left = Left::default();
        let line = line!() + 1;
        let builder = isolate.context(ContextOptions::new());
        let failed = block_on(builder.setup((Carry(left.clone()),), |lock, (left,)| {
            *left.0.lock().unwrap() = Some(lock.context());
            lock.eval("throw new RangeError('no')").map(drop)
        }));
        assert_eq!(threw(failed).class, "RangeError");
        let weak = left.lock().unwrap().take().unwrap();
        let error = gone(block_on(weak.run((), |_lock, ()| ())));
        assert_gone(&error, Part::Context(weak.id()), Why::SetupFailed, since);
        assert_at(error.obituary.at, file!(), line);
        until(|| isolate.stats().contexts == 0);
    });
}

#[test]
fn r3_dropping_the_last_isolate_handle_keeps_contexts_alive() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        drop(isolate);
        assert_eq!(number(&ctx, "1 + 1"), 2.0);
        let weak = ctx.downgrade();
        drop(ctx);
        assert!(!weak.is_alive());
    });
}

#[test]
fn r3_a_weak_run_does_not_keep_its_context_alive() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let other = context(&isolate);
        let log = Log::default();
        let busy = Busy::new(&other);
        let weak = ctx.downgrade();
        let queued = pending(weak.run((log.clone(),), |_lock, (log,)| log.push("weak")));
        drop(ctx);
        assert!(!weak.is_alive());
        assert_eq!(why(block_on(queued)), Why::Dropped);
        busy.release().unwrap();
        assert_eq!(log.lines(), [""; 0]);
    });
}

#[test]
fn r3_a_strong_run_keeps_its_context_alive() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let other = context(&isolate);
        let busy = Busy::new(&other);
        let weak = ctx.downgrade();
        let run = pending(ctx.run((), |_lock, ()| 1.0));
        let eval = pending(ctx.eval::<f64>("1 + 1"));
        let load = pending(ctx.load_module("m.js", "await 1"));
        drop(ctx);
        assert!(weak.is_alive());
        busy.release().unwrap();
        assert_eq!((block_on(run).unwrap(), block_on(eval).unwrap()), (1.0, 2.0));
        assert!(weak.is_alive(), "one is left");
        block_on(load).unwrap();
        assert!(!weak.is_alive());
    });
}

#[test]
fn r3_an_event_outlives_its_context_and_says_so() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let event = ctx.event();
        ctx.close();
        assert!(event.is_cancelled() && !event.context().is_alive());
        block_on(event.cancelled());
        // Gone and not Cancelled: the context's end is the reason.
        assert_eq!(why(block_on(event.run((), |_lock, ()| ()))), Why::Closed);
        assert_eq!(why(block_on(event.critical_section((), |_event, ()| async {}))), Why::Closed);
        event.terminate();
        assert_eq!(why(block_on(event.run((), |_lock, ()| ()))), Why::Closed);
        let born_dead = event.context().event();
        assert!(born_dead.is_cancelled());
        assert_eq!(why(block_on(born_dead.run((), |_lock, ()| ()))), Why::Closed);
    });
}

/// Waits for its door, then says that it went through.
#[isolate_fn]
async fn wait(#[capture] door: Carry<Door>, #[capture] log: Log, #[capture] alive: Counted) -> f64 {
    let door = door.0.lock().unwrap().take().unwrap();
    log.push("waits");
    let _ = door.await;
    log.push("went on");
    drop(alive);
    1.0
}

type Door = Arc<std::sync::Mutex<Option<oneshot::Receiver<()>>>>;

/// A context with `wait`, whoever opens its door, its log, and how often its captures were dropped.
fn waiting(isolate: &Isolate, options: ContextOptions) -> (IoContext, oneshot::Sender<()>, Log, Arc<AtomicUsize>) {
    let (sender, receiver) = oneshot::channel();
    let (log, alive) = (Log::default(), Counted::default());
    let (drops, _) = alive.counters();
    let door: Door = Arc::new(std::sync::Mutex::new(Some(receiver)));
    let binding = wait { door: Carry(door), log: log.clone(), alive };
    let setup = isolate.context(options).setup((Carry(binding),), |lock, (binding,)| lock.install((binding.0,)));
    (block_on(setup).unwrap(), sender, log, drops)
}

#[test]
fn r3_an_async_host_function_dies_with_its_context() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let group = isolate.group();
        let options = || ContextOptions::new().group(&group);
        let sibling = block_on(isolate.context(options()).build()).unwrap();
        let (ctx, door, log, drops) = waiting(&isolate, options());
        // The sibling keeps the promise, to see that it is never settled.
        let promise = block_on(ctx.try_run((), |lock, ()| {
            let promise = lock.eval("wait()")?;
            Ok::<_, RunError>(lock.root(promise))
        }))
        .unwrap();
        let follow = pending(ctx.eval::<f64>("new Promise(() => {})"));
        until(|| log.lines() == ["waits"]);
        assert_eq!(ctx.pending(), 1);
        ctx.close();
        // The function's and the call's.
        until(|| count(&drops) == 2);
        assert!(door.is_canceled(), "its future was dropped");
        assert_eq!(why(block_on(follow)), Why::Closed);
        block_on(ctx.idle());
        assert_eq!((log.lines().as_slice(), ctx.pending()), (["waits".to_owned()].as_slice(), 0));
        let state = block_on(sibling.try_run((promise,), |lock, (promise,)| {
            let promise = v8::Local::<v8::Promise>::try_from(promise.try_get(lock)?).unwrap();
            Ok::<_, RunError>(Carry(promise.state()))
        }));
        assert_eq!(state.unwrap().0, v8::PromiseState::Pending);
    });
}

#[test]
fn r3_a_function_of_an_ended_context_throws() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let group = isolate.group();
        let options = || ContextOptions::new().group(&group);
        let (ctx, sibling) = (
            block_on(isolate.context(options()).setup((), |lock, ()| {
                let hello = lock.function("hello", (), |_lock, (), (): ()| "hello")?;
                lock.set_global("hello", hello)
            }))
            .unwrap(),
            block_on(isolate.context(options()).build()).unwrap(),
        );
        let seen = block_on(sibling.try_run((ctx.downgrade(),), |lock, (ctx,)| {
            let hello = lock.in_context(&ctx, (), |lock, ()| lock.eval("hello").map(|f| lock.root(f)))??;
            let hello = hello.try_get(lock)?;
            lock.set_global("hello", hello)?;
            let mut call = || {
                let said = lock.eval("try { hello() } catch (e) { `${e.name} ${e.message}` }")?;
                Ok::<_, RunError>(said.to_rust_string_lossy(lock))
            };
            let before = call()?;
            ctx.close();
            // Still in the table: nothing is taken down while JS is on the stack.
            Ok::<_, RunError>((before, call()?))
        }))
        .unwrap();
        assert_eq!(seen.0, "hello");
        assert!(seen.1.starts_with("TypeError R3 weak-across-threads: "), "{}", seen.1);
        until(|| isolate.stats().contexts == 1);
        let later = threw(block_on(sibling.eval::<String>("hello()")));
        assert_eq!(later.class, "TypeError");
        assert!(later.message.starts_with("R3 weak-across-threads: "), "{later}");
        // Its number is not given away again.
        block_on(sibling.try_run((), |lock, ()| lock.function("other", (), |_lock, (), (): ()| "other").map(drop)))
            .unwrap();
        assert_eq!(threw(block_on(sibling.eval::<String>("hello()"))).class, "TypeError");
    });
}

#[test]
fn r3_weak_handles_have_the_entries_of_strong_ones_and_keep_nothing_alive() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let weak = ctx.downgrade();
        block_on(weak.set_global("n", 40.0)).unwrap();
        assert_eq!(block_on(weak.eval::<f64>("Promise.resolve(n + 2)")).unwrap(), 42.0);
        let object = block_on(weak.try_run((), |lock, ()| {
            let object = lock.eval("({ add: (a, b) => a + b })")?;
            Ok::<_, RunError>(lock.root(v8::Local::<v8::Object>::try_from(object).expect("an object")))
        }))
        .unwrap();
        assert_eq!(block_on(weak.call::<f64, _>(&object, "add", (1.0, 2.0))).unwrap(), 3.0);
        let spawned = weak.spawn((5.0,), |ev, (n,)| async move { ev.run((n,), |_lock, (n,)| n + 1.0).await });
        assert_eq!(block_on(spawned).unwrap().unwrap(), 6.0);
        let missing = block_on(weak.import("missing.js"));
        assert!(matches!(missing, Err(RunError::Threw(_))), "{missing:?}");
        // What waits doesn't keep the context: it ends with its last strong handle.
        let waiting = pending(weak.eval::<f64>("new Promise(() => {})"));
        drop(ctx);
        assert!(matches!(block_on(waiting), Err(RunError::Gone(_))));
        assert!(matches!(block_on(weak.eval::<f64>("1")), Err(RunError::Gone(_))));
    });
}
