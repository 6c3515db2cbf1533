//! No panic leaves a callback, and what is around it stays usable (rule R10).

use crate::support::{HOMES, number, scaled, stage};
use isolock::{FromJs, IntoJs, Mismatch, Report, prelude::*, v8};
use isolock_tests::{block_on, watched};
use std::borrow::Cow;

/// Panics whenever it is converted.
struct Mine;

impl Portable for Mine {}

impl<'s> FromJs<'s> for Mine {
    fn expected() -> Cow<'static, str> {
        "mine".into()
    }

    fn from_js(_value: v8::Local<'s, v8::Value>, _lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
        panic!("a mine from JS")
    }
}

impl<'s> IntoJs<'s> for Mine {
    fn into_js(self, _lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        panic!("a mine into JS")
    }
}

fn boom(text: &str) {
    panic!("{text}")
}

#[isolate_fn]
fn panics(text: String) {
    panic!("{text}")
}

#[isolate_fn]
fn takes_mine(_mine: Mine) {}

#[isolate_fn]
fn gives_mine() -> Mine {
    Mine
}

#[isolate_fn]
fn nested_panic(lock: &mut Lock<'_>) {
    let result = lock.try_catch(|_lock| -> Option<()> { panic!("inside a try_catch") });
    drop(result);
}

#[isolate_fn]
async fn panics_later(ev: Event, when: f64) -> Result<Mine, RunError> {
    assert!(when > 0.0, "at once");
    ev.run((), |_lock, ()| ()).await?;
    assert!(when > 1.0, "after a turn");
    ev.run((), |_lock, ()| boom("in a turn")).await?;
    Ok(Mine)
}

#[isolate_fn]
async fn gives_mine_later() -> Mine {
    Mine
}

fn message(ctx: &IoContext, source: &str) -> String {
    match block_on(ctx.eval::<()>(source)) {
        Err(RunError::Threw(error)) => error.message.clone(),
        other => panic!("{source}: {other:?}"),
    }
}

#[test]
fn panics_of_host_functions_become_errors() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, ctx) = stage(IsolateOptions::new().home(home));
            let install = ctx.try_run((), |lock, ()| {
                lock.install((
                    panics {},
                    takes_mine {},
                    gives_mine {},
                    nested_panic {},
                    panics_later {},
                    gives_mine_later {},
                ))
            });
            block_on(install).unwrap();
            for (source, text) in [
                ("panics('a text')", "a text"),
                ("[1].map(() => panics('in a builtin'))", "in a builtin"),
                ("new Proxy({}, { get() { panics('in a trap') } }).x", "in a trap"),
                ("(async () => { await 1; panics('in a microtask') })()", "in a microtask"),
                ("takesMine(1)", "a mine from JS"),
                ("givesMine()", "a mine into JS"),
                ("nestedPanic()", "inside a try_catch"),
                ("panicsLater(0)", "at once"),
                ("panicsLater(1)", "after a turn"),
                ("givesMineLater()", "a mine into JS"),
            ] {
                let message = message(&ctx, source);
                assert!(message.contains(text) && message.contains("R10"), "{source}: {message}");
            }
            let inside = message(&ctx, "panicsLater(2)");
            assert!(inside.contains("in a turn"), "{inside}");
            let caught =
                "(() => { let n = 0; for (let i = 0; i < 200; i++) try { panics('x') } catch { n++ } return n })()";
            assert_eq!(number(&ctx, caught), 200.0);
            block_on(ctx.idle());
            crate::support::until(|| isolate.stats().roots == 0);
        }
    });
}

/// The body's own panics, and those of conversions of what is followed.
#[test]
fn panics_of_bodies_and_conversions_are_told_to_the_caller() {
    watched(|| {
        for home in HOMES {
            let (_fixture, _isolate, ctx) = stage(IsolateOptions::new().home(home));
            for _ in 0..scaled(50) {
                match block_on(ctx.run((), |_lock, ()| boom("the body"))) {
                    Err(RunError::Panicked { message, at }) => {
                        assert_eq!(&*message, "the body");
                        assert!(at.file().ends_with("callbacks.rs"));
                    }
                    other => panic!("{other:?}"),
                }
                let converted = block_on(ctx.eval::<Mine>("1")).map(drop);
                assert!(matches!(converted, Err(RunError::Panicked { .. })), "{converted:?}");
                // In the reaction to a promise; whoever follows it must not wait for ever.
                let followed = block_on(ctx.eval::<Mine>(
                    "new Promise(r => { globalThis.r = r; }).then(x => x), Promise.resolve(1).then(x => x)",
                ));
                assert!(followed.is_err());
                let spawned = block_on(ctx.spawn((), |_ev, ()| async { boom("spawned") }));
                assert!(matches!(spawned, Err(RunError::Panicked { .. })), "{spawned:?}");
                assert_eq!(number(&ctx, "2"), 2.0);
            }
        }
    });
}

/// The embedder's own hook panics.
#[test]
fn a_reporter_that_panics_ends_nobodys_turn() {
    watched(|| {
        for home in HOMES {
            let runtime = Runtime::builder()
                .on_report(|report| {
                    if let Report::UnhandledRejection { .. } = report {
                        panic!("the reporter");
                    }
                })
                .build()
                .unwrap();
            let isolate = runtime.isolate(IsolateOptions::new().home(home)).unwrap();
            let ctx = isolock_tests::context(&isolate);
            assert_eq!(number(&ctx, "Promise.reject(new Error('nobody')); 3"), 3.0);
            assert_eq!(number(&ctx, "4"), 4.0);
        }
    });
}

/// A task of V8's calls a host function that panics.
#[test]
fn a_finalizer_that_panics_stops_nothing() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, ctx) = stage(IsolateOptions::new().home(home));
            block_on(ctx.try_run((), |lock, ()| lock.install((panics {},)))).unwrap();
            let register = "globalThis.n = 0; globalThis.registry = new FinalizationRegistry(() => { n++; panics('f') }); \
                            for (let i = 0; i < 5; i++) registry.register({}, i); 0";
            block_on(ctx.eval::<()>(register)).unwrap();
            crate::support::collect_garbage(&ctx);
            crate::support::until(|| number(&ctx, "n") == 5.0);
            block_on(isolate.shutdown());
        }
    });
}
