//! What never ends is ended by the limit per turn, wherever it runs.

use crate::support::{HOMES, number, stage};
use isolock::{prelude::*, protocol::termination::Request};
use isolock_tests::{Fixture, block_on, watched};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

const LIMIT: Duration = Duration::from_millis(400);

#[track_caller]
fn assert_time_limit<T: std::fmt::Debug>(result: Result<T, RunError>, what: &str) {
    match result {
        Err(RunError::Terminated(Request::TimeLimit(limit))) => assert_eq!(limit, LIMIT, "{what}"),
        other => panic!("{what}: {other:?}"),
    }
}

fn limited(home: Home) -> (Fixture, Isolate, IoContext) {
    stage(IsolateOptions::new().home(home).turn_limit(LIMIT))
}

#[test]
fn turn_limit_ends_what_never_ends() {
    const KINDS: [(&str, &str); 11] = [
        ("a loop", "for(;;);"),
        ("a loop in a function", "(function f() { for(;;) f.n = (f.n | 0) + 1; })()"),
        ("try and catch", "for(;;) { try { for(;;); } catch (e) {} }"),
        ("finally", "for(;;) { try { for(;;); } finally { for(;;); } }"),
        ("finally with continue", "for(;;) { try { for(;;); } finally { continue; } }"),
        ("a generator", "for (const x of (function* () { for(;;) yield 1; })());"),
        ("a proxy", "const p = new Proxy({}, { get() { for(;;); } }); p.x"),
        ("a regular expression", "/^(a+)+$/.test('a'.repeat(64) + 'b')"),
        // TurboFan's loop unrolling would take the interrupt check out of these.
        ("a loop around an array", "(() => { for(;;) new Array(1000).fill(1); })()"),
        ("a loop around a map", "(() => { for(;;) new Array(100).map(x => x); })()"),
        ("a getter that is read for an error", "throw { get message() { for(;;); } }"),
    ];
    watched(|| {
        for home in HOMES {
            let (_fixture, _isolate, ctx) = limited(home);
            for (what, source) in KINDS {
                assert_time_limit(block_on(ctx.eval::<()>(source)), what);
                assert_eq!(number(&ctx, "20 + 1"), 21.0, "after {what}");
            }
        }
    });
}

#[test]
fn turn_limit_covers_microtasks() {
    watched(|| {
        for home in HOMES {
            let (_fixture, _isolate, ctx) = limited(home);
            let endless = "Promise.resolve().then(() => { for(;;); })";
            assert_time_limit(block_on(ctx.eval::<()>(endless)), "followed");
            // The turn is told, too, if nobody follows the promise.
            let run = ctx.try_run((), |lock, ()| lock.eval("Promise.resolve().then(() => { for(;;); }); 1").map(drop));
            assert_time_limit(block_on(run), "not followed");
            let chain = "(async () => { await 1; try { await 2; } finally { for(;;); } })()";
            assert_time_limit(block_on(ctx.eval::<()>(chain)), "an async function");
            let forever = "(function again() { return Promise.resolve().then(again); })()";
            assert_time_limit(block_on(ctx.eval::<()>(forever)), "a chain of short microtasks");
            assert_eq!(number(&ctx, "Promise.resolve(4).then(x => x + 1)"), 5.0);
        }
    });
}

/// The reader of an unhandled rejection's error may run JS.
#[test]
fn turn_limit_covers_reports_of_rejections() {
    watched(|| {
        for home in HOMES {
            let (_fixture, _isolate, ctx) = limited(home);
            let run =
                ctx.try_run((), |lock, ()| lock.eval("Promise.reject({ get message() { for(;;); } }); 1").map(drop));
            assert_time_limit(block_on(run), "an endless getter");
            assert_eq!(number(&ctx, "2"), 2.0);
        }
    });
}

#[isolate_fn]
async fn later(ev: Event, x: f64) -> Result<f64, RunError> {
    ev.run((), |_lock, ()| ()).await?;
    Ok(x)
}

#[test]
fn turn_limit_covers_continuations_of_async_host_functions() {
    watched(|| {
        for home in HOMES {
            let (_fixture, _isolate, ctx) = limited(home);
            block_on(ctx.try_run((), |lock, ()| lock.install((later {},)))).unwrap();
            assert_time_limit(block_on(ctx.eval::<f64>("later(1).then(() => { for(;;); })")), "then");
            let endless = "(async () => { const x = await later(1); for(;;); })()";
            assert_time_limit(block_on(ctx.eval::<f64>(endless)), "await");
            assert_eq!(number(&ctx, "later(3)"), 3.0);
            block_on(ctx.idle());
        }
    });
}

#[test]
fn turn_limit_ends_the_set_up_turn() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, ctx) = limited(home);
            let setup = isolate.context(ContextOptions::new()).setup((), |lock, ()| lock.eval("for(;;);").map(drop));
            assert_time_limit(block_on(setup), "set-up");
            assert_eq!(number(&ctx, "1"), 1.0);
            crate::support::until(|| isolate.stats().contexts == 1);
        }
    });
}

#[isolate_fn]
fn busy(lock: &mut Lock<'_>, #[capture] calls: &Arc<AtomicUsize>) -> Result<(), RunError> {
    calls.fetch_add(1, Ordering::SeqCst);
    loop {
        lock.check()?;
    }
}

#[isolate_fn]
fn nested(lock: &mut Lock<'_>, #[capture] calls: &Arc<AtomicUsize>) -> Result<(), RunError> {
    calls.fetch_add(1, Ordering::SeqCst);
    lock.eval("for(;;);").map(drop)
}

#[isolate_fn]
fn panics(lock: &mut Lock<'_>, #[capture] calls: &Arc<AtomicUsize>) {
    calls.fetch_add(1, Ordering::SeqCst);
    while lock.check().is_ok() {}
    panic!("while it is being terminated");
}

#[isolate_fn]
fn picky(lock: &mut Lock<'_>, #[capture] calls: &Arc<AtomicUsize>) -> Result<(), RunError> {
    // The argument's conversion runs an endless getter and fails; so does the function's own.
    calls.fetch_add(1, Ordering::SeqCst);
    lock.eval("[{ valueOf() { for(;;); } }].map(Number)").map(drop)
}

/// A host function that throws while its turn is being terminated doesn't defeat the limit: no `catch` sees it.
#[test]
fn a_throwing_host_function_does_not_defeat_the_limit() {
    watched(|| {
        for home in HOMES {
            let (_fixture, _isolate, ctx) = limited(home);
            let calls = Arc::new(AtomicUsize::new(0));
            block_on(ctx.try_run((calls.clone(),), |lock, (calls,)| {
                lock.install((
                    busy { calls: calls.clone() },
                    nested { calls: calls.clone() },
                    panics { calls: calls.clone() },
                    picky { calls },
                ))
            }))
            .unwrap();
            for name in ["busy", "nested", "panics", "picky"] {
                calls.store(0, Ordering::SeqCst);
                let source = format!(
                    "globalThis.caught = 0; for(;;) {{ try {{ {name}(); }} catch (e) {{ caught++; }} \
                     finally {{ caught += 0; }} }}"
                );
                assert_time_limit(block_on(ctx.eval::<()>(&source)), name);
                assert!(calls.load(Ordering::SeqCst) >= 1, "{name} was not called");
                assert_eq!(number(&ctx, "caught"), 0.0, "{name} was caught");
            }
        }
    });
}

/// V8 forgets a termination when the script ends; the lock doesn't.
#[test]
fn after_a_kill_the_turn_gets_no_more_js() {
    watched(|| {
        for home in HOMES {
            let (_fixture, _isolate, ctx) = limited(home);
            let (sender, seen) = mpsc::channel();
            let run = ctx.run((sender,), |lock, (sender,)| {
                let tell = |what: &'static str, error: Option<RunError>| sender.send((what, error)).unwrap();
                tell("first", lock.eval("for(;;);").err());
                tell("check", lock.check().err());
                tell("eval", lock.eval("globalThis.ran = 1").err());
                let raw = lock.try_catch(|lock| {
                    let source = isolock::v8::String::new(lock, "globalThis.ran = 1")?;
                    isolock::v8::Script::compile(lock, source, None)?.run(lock)
                });
                tell("try_catch", raw.err());
                tell("scope", lock.scope(|lock| lock.eval("globalThis.ran = 1").err()));
                tell("set_global", lock.set_global("ran", 1.0).err());
            });
            assert_time_limit(block_on(run), "the turn");
            let seen: Vec<_> = seen.iter().collect();
            assert_eq!(seen.len(), 6);
            for (what, error) in seen {
                assert!(matches!(error, Some(RunError::Refused(_))), "{what}: {error:?}");
            }
            assert_eq!(number(&ctx, "globalThis.ran ?? 0"), 0.0);
        }
    });
}

/// Following something in a turn that is being terminated doesn't hang either.
#[test]
fn a_promise_followed_after_the_kill_does_not_hang() {
    watched(|| {
        for home in HOMES {
            let (_fixture, _isolate, ctx) = limited(home);
            let (sender, seen) = mpsc::channel();
            let run = ctx.try_run((sender,), |lock, (sender,)| {
                let promise = lock.eval("new Promise(() => {})")?;
                lock.eval("for(;;);").unwrap_err();
                sender.send(lock.follow::<f64>(promise)).unwrap();
                Ok(())
            });
            assert_time_limit(block_on(run), "the turn");
            let followed = block_on(seen.recv().unwrap());
            assert!(matches!(followed, Err(RunError::Refused(_) | RunError::Terminated(_))), "{followed:?}");
        }
    });
}
