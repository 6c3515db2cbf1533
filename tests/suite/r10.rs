//! R10 no-unwind.

use crate::support::*;
use isolock::{Mismatch, Report, prelude::*, v8};
use isolock_tests::{Fixture, block_on, context, watched};
use std::{borrow::Cow, panic::panic_any};

#[isolate_fn]
fn burst(how: String) -> f64 {
    match how.as_str() {
        "str" => panic!("a str"),
        "String" => panic!("a {how}"),
        "other" => panic_any(5_u8),
        _ => 1.0,
    }
}

#[isolate_fn(name = "burstLater")]
async fn burst_later(ev: Event, before: bool) -> Result<f64, RunError> {
    assert!(!before, "before the first await");
    ev.run((), |_lock, ()| ()).await?;
    assert!(before, "after an await");
    Ok(1.0)
}

/// Panics while it is converted.
struct Fragile;

impl Portable for Fragile {}

impl<'s> IntoJs<'s> for Fragile {
    fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        boom("into JS");
        Ok(lock.undefined())
    }
}

impl<'s> FromJs<'s> for Fragile {
    fn expected() -> Cow<'static, str> {
        "something fragile".into()
    }

    fn from_js(_value: v8::Local<'s, v8::Value>, _lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
        boom("from JS");
        Ok(Self)
    }
}

#[isolate_fn]
fn fragile() -> Fragile {
    Fragile
}

#[isolate_fn(name = "fragileLater")]
async fn fragile_later() -> Fragile {
    Fragile
}

#[isolate_fn(name = "takesFragile")]
fn takes_fragile(fragile: Fragile) {
    let Fragile = fragile;
}

fn setup(world: &World) -> (Isolate, IoContext) {
    world.with(|lock, ()| {
        lock.install((burst {}, burst_later {}, fragile {}, fragile_later {}, takes_fragile {}))?;
        let closure = lock.function("closure", (), |_lock, (), (): ()| boom("in a closure"))?;
        lock.set_global("closure", closure)
    })
}

fn message(ctx: &IoContext, source: &str) -> String {
    let error = threw(block_on(ctx.eval::<()>(source)));
    assert_eq!(error.class, "Error", "{error}");
    error.message
}

#[test]
fn r10_a_panicking_host_function_throws() {
    on_both_homes(|world| {
        let (_isolate, ctx) = setup(world);
        let prefix = "R10 no-unwind: host function";
        assert_eq!(message(&ctx, "burst('str')"), format!("{prefix} `burst` panicked: a str"));
        assert_eq!(message(&ctx, "burst('String')"), format!("{prefix} `burst` panicked: a String"));
        assert_eq!(message(&ctx, "burst('other')"), format!("{prefix} `burst` panicked: a panic without a message"));
        assert_eq!(message(&ctx, "closure()"), format!("{prefix} `closure` panicked: in a closure"));
        assert_eq!(message(&ctx, "fragile()"), format!("{prefix} `fragile` panicked: into JS"));
        assert_eq!(message(&ctx, "takesFragile(1)"), format!("{prefix} `takesFragile` panicked: from JS"));
        // JS can catch it like any other, and goes on.
        assert_eq!(text(&ctx, "try { burst('str') } catch (e) { `${e instanceof Error} ${burst('')}` }"), "true 1");
    });
}

#[test]
fn r10_a_panicking_async_host_function_rejects() {
    on_both_homes(|world| {
        let (_isolate, ctx) = setup(world);
        let prefix = "R10 no-unwind: host function";
        assert_eq!(
            message(&ctx, "burstLater(true)"),
            format!("{prefix} `burstLater` panicked: before the first await")
        );
        assert_eq!(message(&ctx, "burstLater(false)"), format!("{prefix} `burstLater` panicked: after an await"));
        assert_eq!(message(&ctx, "fragileLater()"), format!("{prefix} `fragileLater` panicked: into JS"));
        block_on(ctx.idle());
        assert_eq!(number(&ctx, "burstLater(true).catch(() => 1).then(n => n + 1)"), 2.0);
    });
}

#[test]
fn r10_a_panic_under_a_getter_and_in_a_microtask_is_an_exception_there() {
    on_both_homes(|world| {
        let (_isolate, ctx) = setup(world);
        block_on(ctx.eval::<()>("Object.defineProperty(globalThis, 'trap', { get: () => burst('str') })")).unwrap();
        assert!(message(&ctx, "trap").ends_with("a str"));
        // A getter that the host asks for.
        let got = block_on(ctx.run((), |lock, ()| {
            let key = lock.string("trap").unwrap();
            lock.try_catch(|lock| lock.get_current_context().global(lock).get(lock, key.into())).map(drop)
        }));
        assert!(threw(got.unwrap()).message.ends_with("a str"));
        // The value of the turn is not the microtask's business.
        assert_eq!(number(&ctx, "Promise.resolve('str').then(burst); 2"), 2.0);
        let rejections = world.rejections();
        assert_eq!(rejections.len(), 1, "{rejections:?}");
        assert!(rejections[0].1.ends_with("`burst` panicked: a str"), "{rejections:?}");
    });
}

#[test]
fn r10_a_panic_deep_in_js_and_rust_unwinds_only_rust() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            let nest = lock.function("nest", (), |lock, (), (depth,): (f64,)| {
                boom(if depth < 1.0 { "at the bottom" } else { "" });
                lock.eval(&format!("nest({})", depth - 1.0)).map(drop)
            })?;
            lock.set_global("nest", nest)
        });
        let error = threw(block_on(ctx.eval::<()>("nest(20)")));
        assert!(error.message.contains("R10 no-unwind: host function `nest` panicked: at the bottom"), "{error}");
        assert_eq!(number(&ctx, "1 + 1"), 2.0);
    });
}

#[test]
fn r10_a_panicking_body_is_its_callers_error() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let neighbour = context(&isolate);
        assert_eq!(panicked(block_on(ctx.run((), |_lock, ()| boom("a body")))), "a body");
        assert_eq!(
            panicked(block_on(ctx.event().run((), |_lock, ()| boom("a body of an event")))),
            "a body of an event"
        );
        assert_eq!(panicked(ctx.run_blocking((), |_lock, ()| boom("a blocking body"))), "a blocking body");
        let failed: Result<(), RunError> = block_on(ctx.try_run((), |_lock, ()| {
            boom("a fallible body");
            Ok(())
        }));
        assert_eq!(panicked(failed), "a fallible body");
        let odd = block_on(ctx.run((), |_lock, ()| {
            if true {
                panic_any(vec![1]);
            }
        }));
        assert_eq!(panicked(odd), "a panic without a message");
        let setup = isolate.context(ContextOptions::new()).setup((), |_lock, ()| {
            boom("a set-up");
            Ok::<_, RunError>(())
        });
        assert_eq!(panicked(block_on(setup)), "a set-up");
        // Whoever runs it need not be whoever asked for it: the busy turn's thread runs both of these.
        let busy = Busy::new(&ctx);
        let failing = pending(ctx.run((), |_lock, ()| boom("a queued body")));
        let passing = pending(neighbour.run((), |_lock, ()| 1.0));
        busy.release().unwrap();
        assert_eq!((panicked(block_on(failing)).as_str(), block_on(passing).unwrap()), ("a queued body", 1.0));
        assert_eq!(number(&ctx, "1 + 1"), 2.0);
    });
}

#[test]
fn r10_panicking_asynchronous_bodies_are_errors() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let spawned = block_on(ctx.spawn((), |_event, ()| async { boom("spawned") }));
        assert_eq!(panicked(spawned), "spawned");
        let section = block_on(ctx.event().critical_section((), |_event, ()| async { boom("in a section") }));
        assert_eq!(panicked(section), "in a section");
        block_on(ctx.run((), |_lock, ()| ())).expect("the gate is open again");
        let made = block_on(ctx.spawn((), |_event, ()| {
            boom("while it is made");
            async {}
        }));
        assert_eq!(panicked(made), "while it is made");
        assert_eq!(ctx.pending(), 0);
    });
}

#[test]
fn r10_a_closure_that_panics_in_a_scope_leaves_the_scopes_in_order() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let n = block_on(ctx.run((), |lock, ()| {
            for _ in 0..3 {
                let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    lock.scope(|lock| {
                        lock.try_catch(|lock| {
                            lock.eval("globalThis.n = (globalThis.n ?? 0) + 1").unwrap();
                            boom("inside two scopes");
                            Some(())
                        })
                    })
                }));
                assert!(caught.is_err());
            }
            lock.eval("n").unwrap().number_value(lock).unwrap()
        }));
        assert_eq!(n.unwrap(), 3.0);
    });
}

#[test]
fn r10_a_panicking_reporter_harms_no_turn() {
    watched(|| {
        for home in [Home::Shared, Home::Pinned] {
            let fixture = Fixture::with(|builder| {
                builder.on_report(|report| {
                    boom(match report {
                        Report::Console { .. } => "reporter: console",
                        Report::UnhandledRejection { .. } => "reporter: rejection",
                        _ => "reporter: other",
                    });
                })
            });
            let isolate = fixture.isolate(IsolateOptions::new().home(home));
            let ctx = context(&isolate);
            // In the body it is the body's panic.
            assert_eq!(panicked(block_on(ctx.run((), |lock, ()| lock.console_log("hello")))), "reporter: console");
            // Nobody asked for this one.
            assert_eq!(number(&ctx, "Promise.reject(1); 2"), 2.0);
            // Nor for the report of a panic in a deferred drop.
            let doomed = block_on(
                isolate
                    .context(ContextOptions::new())
                    .setup((), |lock, ()| lock.function("f", (Carry(Bomb),), |_lock, _captures, (): ()| ()).map(drop)),
            )
            .unwrap();
            drop(doomed);
            until(|| isolate.stats().contexts == 1);
            assert_eq!(number(&ctx, "1 + 1"), 2.0);
            block_on(isolate.shutdown());
        }
    });
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        boom("the bomb");
    }
}

#[test]
fn r10_a_cancelled_body_that_panics_when_it_is_dropped_ends_alone() {
    #[isolate_fn]
    async fn armed() -> f64 {
        let _bomb = Bomb;
        std::future::pending().await
    }

    #[isolate_fn]
    async fn double(n: f64) -> f64 {
        n * 2.0
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((armed {}, double {})));
        // More often than the spawner has threads.
        for _ in 0..10 {
            let waiting = pending(ctx.eval::<f64>("armed()"));
            until(|| ctx.pending() == 1);
            drop(waiting);
            until(|| ctx.pending() == 0);
        }
        assert_eq!(block_on(ctx.eval::<f64>("double(21)")).unwrap(), 42.0);
    });
}
