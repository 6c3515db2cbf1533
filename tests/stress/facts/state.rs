//! Terminations between turns, explicit microtasks, and state that would leak from turn to turn.

use crate::support::{HOMES, number, stage};
use isolock::{prelude::*, protocol::termination::Request, v8};
use isolock_tests::{block_on, context, watched};
use std::time::Duration;

/// `lock()` erases a termination that was requested before it. One that names an event isn't lost.
#[test]
fn a_termination_between_turns_waits_for_its_event() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, ctx) = stage(IsolateOptions::new().home(home));
            let (doomed, spared) = (ctx.event(), ctx.event());
            assert!(!isolate.terminate_running());
            doomed.terminate();
            assert_eq!(number(&ctx, "1"), 1.0);
            block_on(spared.try_run((), |lock, ()| lock.eval("globalThis.n = 2").map(drop))).unwrap();
            match block_on(doomed.try_run((), |lock, ()| lock.eval("globalThis.n = 3").map(drop))) {
                Err(RunError::Terminated(Request::Terminate(at))) => assert!(at.file().ends_with("state.rs"), "{at}"),
                other => panic!("{other:?}"),
            }
            assert_eq!(number(&ctx, "n"), 2.0);
            block_on(spared.try_run((), |lock, ()| lock.eval("n = 4").map(drop))).unwrap();
            assert_eq!(number(&ctx, "n"), 4.0);
        }
    });
}

/// A termination that a body requested through the raw crate, and that reached its JS, isn't carried to the next turn.
/// (One that V8 had no time to look at is: see the list of what raw code can do wrong.)
#[test]
#[expect(clippy::disallowed_methods, reason = "what it does is the question")]
fn a_raw_termination_ends_with_its_turn() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, a) = stage(IsolateOptions::new().home(home));
            let b = context(&isolate);
            for _ in 0..20 {
                let run = a.run((), |lock, ()| {
                    // SAFETY: this breaks the promise about terminations, which is what the test is about.
                    unsafe { lock.raw() }.terminate_execution();
                    lock.eval("1").is_err()
                });
                assert!(block_on(run).unwrap());
                assert_eq!(number(&b, "Promise.resolve(1).then(x => x + 1)"), 2.0);
                assert_eq!(number(&a, "1 + 1"), 2.0);
            }
        }
    });
}

#[isolate_fn]
fn poke(lock: &mut Lock<'_>) -> Result<f64, RunError> {
    lock.eval("open(1)")?;
    lock.eval("Promise.resolve().then(() => log.push('inner'))")?;
    let seen = lock.eval("log.length")?;
    Ok(seen.number_value(lock).unwrap_or(-1.0))
}

/// Settling a promise inside a host function runs no JS in the middle of it.
#[test]
fn microtasks_run_at_the_end_of_the_turn_only() {
    watched(|| {
        for home in HOMES {
            let (_fixture, _isolate, ctx) = stage(IsolateOptions::new().home(home));
            block_on(ctx.try_run((), |lock, ()| lock.install((poke {},)))).unwrap();
            let source = "globalThis.log = []; new Promise(r => { globalThis.open = r }).then(() => log.push('outer')); \
                          const seen = [poke(), log.length, (() => { try { return log.length } finally { poke() } })(), log.length]; \
                          seen.join()";
            assert_eq!(block_on(ctx.eval::<String>(source)).unwrap(), "0,0,0,0");
            assert_eq!(block_on(ctx.eval::<String>("log.join()")).unwrap(), "outer,inner,inner");
            // The same for a resolver that Rust resolves.
            let settle = ctx.try_run((), |lock, ()| {
                let resolver = v8::PromiseResolver::new(lock).expect("a resolver");
                let promise = resolver.get_promise(lock);
                lock.set_global("p", v8::Local::<v8::Value>::from(promise))?;
                lock.eval("log.length = 0; p.then(x => log.push(x))")?;
                let value = lock.string("late")?;
                resolver.resolve(lock, value.into());
                let seen = lock.eval("log.length")?;
                Ok::<_, RunError>(seen.number_value(lock).unwrap_or(-1.0))
            });
            assert_eq!(block_on(settle).unwrap(), 0.0);
            assert_eq!(block_on(ctx.eval::<String>("log.join()")).unwrap(), "late");
        }
    });
}

/// Contexts of a group share a queue: awaiting the other's promises, in a row, needs no further turn.
#[test]
fn a_group_shares_its_microtask_queue() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, lonely) = stage(IsolateOptions::new().home(home));
            let group = isolate.group();
            let member = || block_on(isolate.context(ContextOptions::new().group(&group)).build()).unwrap();
            let (a, b) = (member(), member());
            let run = b.try_run((a.downgrade(),), |lock, (a,)| {
                let promise = lock.in_context(&a, (), |lock, ()| {
                    let promise = lock.eval("(async () => { await 1; return 7 })()")?;
                    Ok::<_, RunError>(lock.root(promise))
                })??;
                let promise = promise.try_get(lock)?;
                lock.set_global("theirs", promise)?;
                let sum = lock.eval("(async () => await theirs + await theirs + await theirs)()")?;
                Ok::<_, RunError>(lock.follow::<f64>(sum))
            });
            let follow = block_on(run).unwrap();
            assert_eq!(block_on(follow).unwrap(), 21.0);
            let refused = block_on(lonely.run((a.downgrade(),), |lock, (a,)| lock.in_context(&a, (), |_lock, ()| ())));
            assert!(matches!(refused, Ok(Err(RunError::WrongContext { .. }))), "{refused:?}");
        }
    });
}

/// A checkpoint while terminating would throw the whole queue away.
#[test]
fn reactions_queued_before_the_kill_still_run() {
    watched(|| {
        for home in HOMES {
            let limit = Duration::from_millis(400);
            let (_fixture, _isolate, ctx) = stage(IsolateOptions::new().home(home).turn_limit(limit));
            let source =
                "globalThis.ran = 0; for (let i = 0; i < 5; i++) Promise.resolve().then(() => { ran++ }); for(;;);";
            let ended = block_on(ctx.eval::<()>(source));
            assert!(matches!(ended, Err(RunError::Terminated(Request::TimeLimit(_)))), "{ended:?}");
            assert_eq!(number(&ctx, "ran"), 5.0);
            // The same when V8 has not looked at the request by the end of the turn.
            let late = ctx.try_run((), |lock, ()| {
                lock.eval("for (let i = 0; i < 5; i++) Promise.resolve().then(() => { ran++ })")?;
                while lock.check().is_ok() {}
                Ok::<_, RunError>(())
            });
            assert!(matches!(block_on(late), Err(RunError::Terminated(Request::TimeLimit(_)))));
            assert_eq!(number(&ctx, "ran"), 10.0);
            // A promise that was settled before the kill reaches who follows it.
            let (sender, seen) = std::sync::mpsc::channel();
            let run = ctx.try_run((sender,), |lock, (sender,)| {
                let promise = lock.eval("Promise.resolve(1).then(x => x + 1)")?;
                sender.send(lock.follow::<f64>(promise)).unwrap();
                lock.eval("for(;;);").map(drop)
            });
            assert!(matches!(block_on(run), Err(RunError::Terminated(_))));
            assert_eq!(block_on(seen.recv().unwrap()).unwrap(), 2.0);
        }
    });
}

/// Continuation-preserved data is one for the whole isolate, and stays.
#[test]
#[expect(clippy::disallowed_methods, reason = "what becomes of it is the question")]
fn continuation_data_does_not_leak() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, a) = stage(IsolateOptions::new().home(home));
            let b = context(&isolate);
            let set = a.try_run((), |lock, ()| {
                let secret = lock.string("secret")?;
                // SAFETY: isolock resets this; the test is about that.
                unsafe { lock.raw() }.set_continuation_preserved_embedder_data(secret.into());
                lock.eval("Promise.resolve().then(() => 1); 0").map(drop)
            });
            block_on(set).unwrap();
            for ctx in [&a, &b] {
                let seen =
                    ctx.run((), |lock, ()| lock.get_continuation_preserved_embedder_data().to_rust_string_lossy(lock));
                assert_eq!(block_on(seen).unwrap(), "undefined");
            }
        }
    });
}
