//! What an adopted isolate shares with its embedder: a thread that owns values, and classes that scripts have replaced.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "an embedder's isolate is made by hand")]

use crate::support::*;
use isolock::{AtHome, prelude::*, v8};
use isolock_tests::{Fixture, block_on, context, watched};
use std::{pin::pin, sync::mpsc, thread, time::Duration};

/// An isolate of an embedder with a context in which a script has run.
fn by_hand(source: &str) -> (v8::OwnedIsolate, v8::Global<v8::Context>) {
    let mut isolate = v8::Isolate::new(v8::CreateParams::default());
    let global = {
        let scope = pin!(v8::HandleScope::new(&mut isolate));
        let mut scope = scope.init();
        let context = v8::Context::new(&scope, v8::ContextOptions::default());
        let scope = &mut v8::ContextScope::new(&mut scope, context);
        let source = v8::String::new(scope, source).unwrap();
        v8::Script::compile(scope, source, None).and_then(|script| script.run(scope)).expect("the script runs");
        v8::Global::new(scope, context)
    };
    (isolate, global)
}

#[thread_affine(owner = thread)]
struct Window {
    home: AtHome,
}

#[test]
fn r5_an_isolate_takes_none_of_the_values_of_its_embedders_thread_along() {
    watched(|| {
        let fixture = Fixture::new();
        let runtime = fixture.runtime.clone();
        let (tell, told) = mpsc::channel();
        let home = thread::spawn(move || {
            let window = Homed::here(Window { home: AtHome::new() });
            let (isolate, context) = by_hand("0");
            let (isolate, home) = runtime.adopt_here(isolate, IsolateOptions::new()).expect("it is adopted");
            tell.send((isolate, Carry(context))).expect("somebody waits");
            block_on(home);
            window.is_alive()
        });
        let (isolate, context) = told.recv().expect("the isolate");
        let ctx = block_on(isolate.adopt_context(context.0, ContextOptions::new()).build()).expect("it is adopted");
        let made_in_turn = block_on(ctx.run((), |_lock, ()| Homed::here(Window { home: AtHome::new() }))).unwrap();
        assert!(made_in_turn.is_alive());
        drop(ctx);
        block_on(isolate.shutdown());
        assert!(home.join().expect("the loop ends"), "the thread made it, not the isolate");
        assert!(!made_in_turn.is_alive(), "it was made in a turn of the isolate");
    });
}

#[thread_affine(owner = thread)]
struct Noisy {
    home: AtHome,
    #[affine(reason = "is looked at by its owner only")]
    _counted: Counted,
}

#[test]
fn r5_an_idle_home_drops_a_value_behind_one_that_was_made_outside_of_turns() {
    watched(|| {
        let fixture = Fixture::new();
        let runtime = fixture.runtime.clone();
        let (tell, told) = mpsc::channel();
        let home = thread::spawn(move || {
            let outside = Homed::here(Window { home: AtHome::new() });
            let (isolate, context) = by_hand("0");
            let (isolate, home) = runtime.adopt_here(isolate, IsolateOptions::new()).expect("it is adopted");
            tell.send((isolate, Carry(context), outside)).expect("somebody waits");
            block_on(home);
        });
        let (isolate, context, outside) = told.recv().expect("the isolate");
        let ctx = block_on(isolate.adopt_context(context.0, ContextOptions::new()).build()).expect("it is adopted");
        let counted = Counted::default();
        let (drops, _clones) = counted.counters();
        let make = |_lock: &mut Lock<'_>, Carry(counted)| Homed::here(Noisy { home: AtHome::new(), _counted: counted });
        let inside = block_on(ctx.run(Carry(counted), make)).unwrap();
        drop(outside);
        drop(inside);
        until(|| count(&drops) == 1);
        drop(ctx);
        block_on(isolate.shutdown());
        home.join().expect("the loop ends");
    });
}

#[test]
fn r3_a_replaced_finalization_registry_harms_its_own_context_only() {
    let replaced =
        "globalThis.FinalizationRegistry = class { constructor(f) { globalThis.stolen = f } register() {} }; 0";
    on_both_homes(|world| {
        let (isolate, scripted) = by_hand(replaced);
        // SAFETY: nothing is attached to it.
        let shared = unsafe { isolate.try_into_shared() }.map_err(|refused| refused.to_string());
        let shared = shared.expect("it can be shared");
        let isolate =
            world.fixture.runtime.adopt(shared, IsolateOptions::new().home(world.home)).expect("it is adopted");
        let hostile = block_on(isolate.adopt_context(scripted, ContextOptions::new()).build()).expect("it is adopted");
        let victim = context(&isolate);
        let (sender, finalized) = mpsc::channel::<()>();
        let follow = block_on(victim.try_run((Carry(sender),), |lock, (Carry(sender),)| {
            let function = lock.function("f", (), |_lock, (), ()| 42.0)?;
            lock.set_global("f", function)?;
            let object = v8::Object::new(lock);
            lock.set_global("kept", object)?;
            lock.finalizer(object, (sender,), |_lock, (sender,)| sender.send(()).unwrap_or_default())?;
            let promise = lock.eval("new Promise(resolve => { globalThis.resolve = resolve })")?;
            Ok::<_, RunError>(Carry(lock.follow::<f64>(promise)))
        }))
        .unwrap();
        assert_eq!(text(&hostile, "typeof stolen"), "function");
        block_on(hostile.eval::<()>("for (let n = 0; n < 100; n++) { stolen(n); stolen(-n - 1) } stolen(NaN); 0"))
            .unwrap();
        block_on(victim.idle());
        assert_eq!(number(&victim, "f()"), 42.0);
        assert_eq!(number(&victim, "resolve(7), 1"), 1.0);
        assert_eq!(block_on(follow.0).unwrap(), 7.0);
        assert!(finalized.try_recv().is_err(), "its object lives");
    });
}

#[test]
fn r10_a_replaced_finalization_registry_keeps_to_the_limit_of_a_turn() {
    let replaced = "globalThis.FinalizationRegistry = class { constructor() { for (;;); } }; 0";
    on_both_homes(|world| {
        let (isolate, scripted) = by_hand(replaced);
        // SAFETY: nothing is attached to it.
        let shared = unsafe { isolate.try_into_shared() }.map_err(|refused| refused.to_string());
        let options = IsolateOptions::new().home(world.home).turn_limit(Duration::from_millis(20));
        let isolate = world.fixture.runtime.adopt(shared.expect("it can be shared"), options).expect("it is adopted");
        terminated(block_on(isolate.adopt_context(scripted, ContextOptions::new()).build()));
        assert_eq!(number(&context(&isolate), "6 * 7"), 42.0);
    });
}
