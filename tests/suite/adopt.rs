//! Isolates and contexts that the embedder has made, taken over (R1).

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "an embedder's isolate is made by hand")]

use crate::support::*;
use futures::{channel::oneshot, future::select};
use isolock::{HomeLoop, RuntimeError, prelude::*, v8};
use isolock_tests::{Fixture, block_on, watched};
use std::{
    cell::RefCell,
    pin::{Pin, pin},
    rc::Rc,
    sync::mpsc,
    thread::{self, ThreadId},
};

/// An isolate of an embedder, and contexts in each of which a script has run.
fn by_hand(scripts: &[&str]) -> (v8::SharedIsolate, Vec<v8::Global<v8::Context>>) {
    let (isolate, contexts) = owned_by_hand(scripts);
    // SAFETY: nothing is attached to it.
    let shared = unsafe { isolate.try_into_shared() }.map_err(|refused| refused.to_string());
    (shared.expect("it can be shared"), contexts)
}

fn owned_by_hand(scripts: &[&str]) -> (v8::OwnedIsolate, Vec<v8::Global<v8::Context>>) {
    let mut isolate = v8::Isolate::new(v8::CreateParams::default());
    let mut contexts = Vec::new();
    for source in scripts {
        let scope = pin!(v8::HandleScope::new(&mut isolate));
        let mut scope = scope.init();
        let context = v8::Context::new(&scope, v8::ContextOptions::default());
        let scope = &mut v8::ContextScope::new(&mut scope, context);
        let source = v8::String::new(scope, source).unwrap();
        v8::Script::compile(scope, source, None).and_then(|script| script.run(scope)).expect("the script runs");
        contexts.push(v8::Global::new(scope, context));
    }
    (isolate, contexts)
}

fn adopt(world: &World, shared: v8::SharedIsolate) -> Isolate {
    world.fixture.runtime.adopt(shared, IsolateOptions::new().home(world.home)).expect("it is adopted")
}

#[test]
fn r1_an_embedders_isolate_takes_turns_like_any_other() {
    #[isolate_fn]
    async fn double(ev: Event, n: f64) -> Result<f64, RunError> {
        ev.run((n,), |_lock, (n,)| n * 2.0).await
    }

    on_both_homes(|world| {
        let (shared, contexts) = by_hand(&["var before = 20", "var before = 'another'"]);
        let isolate = adopt(world, shared);
        let mut adopted = contexts.into_iter().map(|context| {
            let builder = isolate.adopt_context(context, ContextOptions::new());
            block_on(builder.setup((), |lock, ()| lock.install((double {},)))).expect("it is adopted")
        });
        let (first, second) = (adopted.next().unwrap(), adopted.next().unwrap());
        assert_eq!(number(&first, "double(before).then(n => n + 2)"), 42.0);
        assert_eq!(block_on(second.eval::<String>("before")).unwrap(), "another");
        // Beside contexts of isolock's own.
        let own = block_on(isolate.context(ContextOptions::new()).build()).unwrap();
        assert_eq!(block_on(own.eval::<String>("typeof before")).unwrap(), "undefined");
        assert_eq!(isolate.stats().contexts, 3);
        drop((first, second, own));
        block_on(isolate.shutdown());
        assert_eq!(isolate.stats().contexts, 0);
    });
}

#[test]
fn r1_microtasks_of_an_adopted_context_run_at_the_end_of_turns() {
    on_both_homes(|world| {
        let (shared, mut contexts) = by_hand(&["var log = []"]);
        let isolate = adopt(world, shared);
        let builder = isolate.adopt_context(contexts.remove(0), ContextOptions::new());
        let ctx = block_on(builder.build()).unwrap();
        let during = block_on(ctx.try_run((), |lock, ()| {
            let length = lock.eval("Promise.resolve().then(() => log.push('microtask')); log.length")?;
            Ok::<_, RunError>(length.int32_value(lock))
        }));
        assert_eq!(during.unwrap(), Some(0));
        assert_eq!(number(&ctx, "log.length"), 1.0);
    });
}

#[test]
fn r6_adopted_contexts_share_only_with_their_group() {
    on_both_homes(|world| {
        let (shared, contexts) = by_hand(&["var name = 'a'", "var name = 'b'", "var name = 'c'"]);
        let isolate = adopt(world, shared);
        let group = isolate.group();
        let [a, b, c]: [IoContext; 3] = contexts
            .into_iter()
            .enumerate()
            .map(|(index, context)| {
                let options = if index < 2 { ContextOptions::new().group(&group) } else { ContextOptions::new() };
                block_on(isolate.adopt_context(context, options).build()).expect("it is adopted")
            })
            .collect::<Vec<_>>()
            .try_into()
            .expect("three contexts");
        let name_in = |other: &IoContext| {
            block_on(a.run((other.downgrade(),), |lock, (other,)| {
                lock.in_context(&other, (), |lock, ()| lock.eval("name").map(|name| name.to_rust_string_lossy(lock)))
            }))
            .unwrap()
        };
        assert_eq!(name_in(&b).unwrap().unwrap(), "b");
        assert!(matches!(name_in(&c), Err(RunError::WrongContext { .. })));
    });
}

#[test]
fn r6_contexts_of_others_are_refused() {
    on_both_homes(|world| {
        let ((one, mut of_one), (other, mut of_other)) = (by_hand(&["1"]), by_hand(&["2"]));
        let (one, other) = (adopt(world, one), adopt(world, other));
        let context = of_one.remove(0);
        let refused = block_on(one.adopt_context(of_other.remove(0), ContextOptions::new()).build());
        assert!(matches!(refused, Err(RunError::Refused(why)) if why.contains("another isolate")), "{refused:?}");
        let ctx = block_on(one.adopt_context(context, ContextOptions::new()).build()).unwrap();
        let again = block_on(ctx.try_run((), |lock, ()| {
            let context = lock.get_current_context();
            Ok::<_, RunError>(Carry(v8::Global::new(lock, context)))
        }));
        let again = block_on(one.adopt_context(again.unwrap().0, ContextOptions::new()).build());
        assert!(matches!(again, Err(RunError::Refused(why)) if why.contains("before")), "{again:?}");
        // Both go on.
        assert_eq!(number(&ctx, "6 * 7"), 42.0);
        assert!(block_on(other.context(ContextOptions::new()).build()).is_ok());
    });
}

#[test]
fn r1_what_is_fixed_when_an_isolate_is_made_is_refused() {
    on_both_homes(|world| {
        let (shared, _contexts) = by_hand(&[]);
        let options = IsolateOptions::new().home(world.home).buffer_limit(1 << 20);
        let refused = world.fixture.runtime.adopt(shared, options);
        assert!(matches!(refused, Err(RuntimeError::FixedWhenMade(_))), "{refused:?}");
        let (shared, _contexts) = by_hand(&[]);
        let (_isolate, ctx) = world.context();
        let captures = (Carry(shared), Carry(world.fixture.runtime.clone()));
        let refused = block_on(ctx.run(captures, |_lock, (shared, runtime)| {
            matches!(runtime.0.adopt(shared.0, IsolateOptions::new()), Err(RuntimeError::InTurn { .. }))
        }));
        assert!(refused.unwrap());
    });
}

/// Adopts an isolate on a thread of its own, which drives it with `drive` until that returns.
fn on_its_thread(
    fixture: &Fixture,
    drive: impl FnOnce(HomeLoop) + Send + 'static,
) -> (Isolate, IoContext, thread::JoinHandle<()>) {
    let runtime = fixture.runtime.clone();
    let (tell, told) = mpsc::channel();
    let home = thread::spawn(move || {
        let (mut isolate, mut contexts) = owned_by_hand(&["var before = 20"]);
        // What is attached need not be `Send`: the isolate stays.
        isolate.set_slot(Rc::new(5));
        let (isolate, home) = runtime.adopt_here(isolate, IsolateOptions::new()).expect("it is adopted");
        tell.send((isolate, Carry(contexts.remove(0)))).expect("somebody waits");
        drive(home);
    });
    let (isolate, context) = told.recv().expect("the isolate");
    let ctx = block_on(isolate.adopt_context(context.0, ContextOptions::new()).build()).expect("it is adopted");
    (isolate, ctx, home)
}

#[test]
fn r1_an_isolate_on_its_embedders_thread_is_a_pinned_home() {
    #[isolate_fn]
    async fn twice(ev: Event, n: f64) -> Result<f64, RunError> {
        ev.run((n,), |_lock, (n,)| n * 2.0).await
    }

    watched(|| {
        let fixture = Fixture::new();
        let (isolate, ctx, home) = on_its_thread(&fixture, block_on);
        let ran_on: ThreadId = block_on(ctx.run((), |lock, ()| {
            lock.install((twice {},)).expect("it is installed");
            thread::current().id()
        }))
        .unwrap();
        assert_eq!(ran_on, home.thread().id());
        assert_eq!(number(&ctx, "twice(before).then(n => n + 2)"), 42.0);
        drop(ctx);
        block_on(isolate.shutdown());
        home.join().expect("the loop ends with the isolate");
    });
}

#[test]
fn r9_dropping_the_loop_shuts_the_isolate_down() {
    watched(|| {
        let fixture = Fixture::new();
        let (stop, stopped) = oneshot::channel::<()>();
        // Also inside of an executor, which is where loops are dropped that were spawned.
        let (isolate, ctx, home) = on_its_thread(&fixture, |home| {
            block_on(async move { drop(select(home, stopped).await) });
        });
        stop.send(()).expect("the loop is driven");
        let outcome = std::iter::repeat_with(|| block_on(ctx.eval::<i32>("before"))).find(Result::is_err).unwrap();
        assert!(matches!(outcome, Err(RunError::Gone(_))), "{outcome:?}");
        home.join().expect("the drop returns");
        block_on(isolate.shutdown());
        assert_eq!(isolate.stats().contexts, 0);
    });
}

#[test]
fn r1_a_thread_is_the_home_of_one_isolate() {
    watched(|| {
        let fixture = Fixture::new();
        let (first, home) = fixture.runtime.adopt_here(owned_by_hand(&[]).0, IsolateOptions::new()).unwrap();
        let second = fixture.runtime.adopt_here(owned_by_hand(&[]).0, IsolateOptions::new());
        assert!(matches!(second, Err(RuntimeError::HomeTaken { isolate }) if isolate == first.id()), "{second:?}");
        drop(first);
        block_on(home);
        let (_again, _home) = fixture.runtime.adopt_here(owned_by_hand(&[]).0, IsolateOptions::new()).unwrap();
    });
}

thread_local! {
    /// A loop that is reached from inside of a turn.
    static LOOP: RefCell<Option<HomeLoop>> = const { RefCell::new(None) };
}

/// Drives `home` until told to stop, puts it where turns reach it, and says so.
fn drive_until(mut home: HomeLoop, stopped: oneshot::Receiver<()>, left: &mpsc::Sender<()>) {
    block_on(async {
        drop(select(&mut home, stopped).await);
    });
    LOOP.set(Some(home));
    left.send(()).expect("somebody waits");
}

#[test]
fn r9_a_loop_dropped_inside_a_turn_leaves_nobody_waiting() {
    watched(|| {
        for inside_its_own in [false, true] {
            let fixture = Fixture::new();
            let (_other, other) = fixture.context();
            let (stop, stopped) = oneshot::channel::<()>();
            let (tell, told) = mpsc::channel::<IoContext>();
            let (leave, left) = mpsc::channel();
            let runtime = fixture.runtime.clone();
            let (isolate, ctx, home) = on_its_thread(&fixture, move |home| {
                drive_until(home, stopped, &leave);
                let inside = told.recv().expect("a context");
                block_on(inside.run((), |_lock, ()| drop(LOOP.take()))).expect("the turn itself is well");
                assert_eq!(number(&other, "6 * 7"), 42.0);
                let again = runtime.adopt_here(owned_by_hand(&[]).0, IsolateOptions::new());
                block_on(again.map(|(_isolate, home)| home).expect("the thread is nobody's home any more"));
            });
            stop.send(()).expect("the loop is driven");
            left.recv().expect("the loop is left");
            let waits = pending(ctx.run((), |_lock, ()| ()));
            let inside = if inside_its_own { ctx.clone() } else { fixture.context().1 };
            tell.send(inside).expect("the home waits");
            home.join().expect("the drop returns");
            // What waited may have run before the drop, where the turn was the isolate's own.
            let outcome = block_on(waits);
            assert!(inside_its_own || matches!(outcome, Err(RunError::Gone(_))), "{outcome:?}");
            assert!(matches!(block_on(ctx.run((), |_lock, ()| ())), Err(RunError::Gone(_))));
            block_on(isolate.shutdown());
        }
    });
}

#[test]
fn r1_a_loop_polled_inside_a_turn_forgets_no_turn() {
    watched(|| {
        let fixture = Fixture::new();
        let (_other, other) = fixture.context();
        let (stop, stopped) = oneshot::channel::<()>();
        let (go, gone) = mpsc::channel::<()>();
        let (leave, left) = mpsc::channel();
        let (isolate, ctx, home) = on_its_thread(&fixture, move |home| {
            drive_until(home, stopped, &leave);
            gone.recv().expect("a turn waits");
            let polled = block_on(other.run((), |_lock, ()| {
                LOOP.with_borrow_mut(|home| {
                    let home = Pin::new(home.as_mut().expect("the loop"));
                    drop(pending(home));
                });
            }));
            assert!(panicked(polled).contains("R1 enter-by-run"));
            block_on(LOOP.take().expect("the loop"));
        });
        stop.send(()).expect("the loop is driven");
        left.recv().expect("the loop is left");
        let waits = pending(ctx.run((), |_lock, ()| 42));
        go.send(()).expect("the home waits");
        assert_eq!(block_on(waits).unwrap(), 42);
        drop(ctx);
        block_on(isolate.shutdown());
        home.join().expect("the loop ends");
    });
}

#[test]
fn r9_a_slot_that_panics_when_it_is_dropped_ends_its_isolate_alone() {
    on_both_homes(|world| {
        let mut isolate = owned_by_hand(&[]).0;
        isolate.set_slot(Bomb);
        // SAFETY: what is attached to it is `Send`.
        let shared = unsafe { isolate.try_into_shared() }.map_err(|refused| refused.to_string());
        let isolate = adopt(world, shared.expect("it can be shared"));
        block_on(isolate.shutdown());
        // The thread that disposes of isolates goes on.
        block_on(world.isolate().shutdown());
    });
    watched(|| {
        let fixture = Fixture::new();
        let mut owned = owned_by_hand(&[]).0;
        owned.set_slot(Bomb);
        let (isolate, home) = fixture.runtime.adopt_here(owned, IsolateOptions::new()).unwrap();
        let over = isolate.shutdown();
        block_on(home);
        block_on(over);
    });
}

#[test]
fn r1_a_thread_is_not_lost_with_an_isolate_that_v8_refuses_to_share() {
    watched(|| {
        let fixture = Fixture::new();
        let (_isolate, ctx) = fixture.context();
        let mut owned = v8::Isolate::new(v8::CreateParams::default());
        let _weak = {
            let scope = pin!(v8::HandleScope::new(&mut owned));
            let mut scope = scope.init();
            let context = v8::Context::new(&scope, v8::ContextOptions::default());
            let scope = &mut v8::ContextScope::new(&mut scope, context);
            let object = v8::Object::new(scope);
            v8::Weak::new(scope, object)
        };
        let refused = fixture.runtime.adopt_here(owned, IsolateOptions::new());
        assert!(matches!(refused, Err(RuntimeError::NotShareable(_))), "{refused:?}");
        assert_eq!(number(&ctx, "6 * 7"), 42.0);
    });
}

#[test]
fn r6_a_context_that_ended_can_be_adopted_again() {
    #[isolate_fn]
    fn hello() -> f64 {
        1.0
    }

    on_both_homes(|world| {
        let mut isolate = v8::Isolate::new(v8::CreateParams::default());
        let (first, again) = {
            let scope = pin!(v8::HandleScope::new(&mut isolate));
            let mut scope = scope.init();
            let context = v8::Context::new(&scope, v8::ContextOptions::default());
            let scope = &mut v8::ContextScope::new(&mut scope, context);
            (v8::Global::new(scope, context), v8::Global::new(scope, context))
        };
        // SAFETY: nothing is attached to it.
        let shared = unsafe { isolate.try_into_shared() }.map_err(|refused| refused.to_string());
        let isolate = adopt(world, shared.expect("it can be shared"));
        let builder = isolate.adopt_context(first, ContextOptions::new());
        let ctx = block_on(builder.setup((), |lock, ()| lock.install((hello {},)))).unwrap();
        assert_eq!(number(&ctx, "var kept = hello; kept()"), 1.0);
        drop(ctx);
        until(|| isolate.stats().contexts == 0);
        let ctx = block_on(isolate.adopt_context(again, ContextOptions::new()).build()).unwrap();
        let refused = threw(block_on(ctx.eval::<f64>("kept()")));
        assert!(refused.message.contains("R3 weak-across-threads"), "{refused:?}");
        assert_eq!(number(&ctx, "Promise.resolve(20).then(n => n + 22)"), 42.0);
    });
}

#[test]
fn r9_a_loop_that_a_panic_drops_shuts_the_isolate_down() {
    watched(|| {
        let fixture = Fixture::new();
        let (isolate, ctx, home) = on_its_thread(&fixture, |mut home| {
            let mut polls = 0;
            block_on(std::future::poll_fn(|cx| {
                polls += 1;
                assert!(polls < 20, "the embedder's own");
                Pin::new(&mut home).poll(cx)
            }));
        });
        let body = ctx.spawn((), |_event, ()| std::future::pending::<()>());
        let outcome = std::iter::repeat_with(|| block_on(ctx.eval::<i32>("before"))).find(Result::is_err).unwrap();
        assert!(matches!(outcome, Err(RunError::Gone(_))), "{outcome:?}");
        assert!(home.join().is_err());
        gone(block_on(body));
        block_on(isolate.shutdown());
        assert_eq!(isolate.stats().contexts, 0);
    });
}
