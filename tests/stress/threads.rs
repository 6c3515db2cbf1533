//! Threads: older than V8, foreign, short-lived, the runtime's own; and what is decided once per process.

use crate::support::{HOMES, number, poll_once, scaled, stage};
use isolock::{RuntimeError, Turns, prelude::*};
use isolock_tests::{Fixture, block_on, context, watched};
use std::{env, num::NonZeroUsize, panic::Location, process::Command, sync::mpsc, thread};

/// Set in a process of its own; see [`alone`].
const ALONE: &str = "ISOLOCK_STRESS_ALONE";

/// Runs the test `name` in a process of its own, where nobody has touched V8 yet, and `body` there.
#[track_caller]
fn alone(name: &str, body: impl FnOnce()) {
    if env::var(ALONE).is_ok_and(|alone| alone == name) {
        return body();
    }
    let path = format!("threads::{name}");
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", &path, "--nocapture", "--test-threads=1"])
        .env(ALONE, name)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{} at {}:\n{text}",
        output.status,
        Location::caller()
    );
}

/// A thread that waits to be given a context, and then uses it.
fn early() -> (mpsc::Sender<IoContext>, thread::JoinHandle<()>) {
    let (give, given) = mpsc::channel::<IoContext>();
    let thread = thread::spawn(move || {
        let hot = "(() => { function f(x) { return x * 2 + 1 } let n = 0; for (let i = 0; i < 300000; i++) n = f(n) % 1000; return n })()";
        for ctx in given {
            assert!(number(&ctx, hot) >= 0.0);
            assert_eq!(number(&ctx, "Promise.resolve(1).then(x => x + 1)"), 2.0);
        }
    });
    (give, thread)
}

#[test]
fn a_thread_older_than_v8_runs_turns() {
    alone("a_thread_older_than_v8_runs_turns", || {
        watched(|| {
            let (give, thread) = early();
            for home in HOMES {
                let (_fixture, _isolate, ctx) = stage(IsolateOptions::new().home(home));
                assert_eq!(number(&ctx, "1"), 1.0);
                give.send(ctx).unwrap();
            }
            // And one that makes the isolate itself.
            let fixture = Fixture::new();
            let (ask, asked) = mpsc::channel::<Fixture>();
            drop(give);
            thread.join().unwrap();
            let maker = thread::spawn(move || {
                let fixture = asked.recv().unwrap();
                let (_isolate, ctx) = fixture.context();
                assert_eq!(number(&ctx, "2"), 2.0);
            });
            ask.send(fixture).unwrap();
            maker.join().unwrap();
        });
    });
}

#[test]
fn flags_are_fixed_by_the_first_runtime() {
    alone("flags_are_fixed_by_the_first_runtime", || {
        let first = Runtime::builder().v8_flags("--stack-size=500").build().unwrap();
        drop(first);
        for flags in ["", "--stack-size=600"] {
            match Runtime::builder().v8_flags(flags).build() {
                Err(RuntimeError::OtherFlags { in_force }) => assert_eq!(&*in_force, "--stack-size=500"),
                other => panic!("{other:?}"),
            }
        }
        let again = Runtime::builder().v8_flags("--stack-size=500").build().unwrap();
        let isolate = again.isolate(IsolateOptions::new()).unwrap();
        assert_eq!(number(&context(&isolate), "3"), 3.0);
    });
}

#[test]
fn a_second_runtime_with_other_flags_is_refused() {
    let (_fixture, _isolate, ctx) = stage(IsolateOptions::new());
    match Runtime::builder().v8_flags("--stack-size=500").build() {
        Err(error @ RuntimeError::OtherFlags { .. }) => {
            assert!(error.to_string().contains("can't be changed"), "{error}")
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(number(&ctx, "1"), 1.0);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it is somebody else here")]
fn a_v8_that_somebody_else_initialised_is_refused() {
    alone("a_v8_that_somebody_else_initialised_is_refused", || {
        let platform = isolock::v8::new_default_platform(0, false).make_shared();
        isolock::v8::V8::initialize_platform(platform);
        isolock::v8::V8::initialize();
        for _ in 0..2 {
            let refused = Runtime::builder().build();
            assert!(matches!(refused, Err(RuntimeError::ForeignV8)), "{refused:?}");
        }
    });
}

fn turn_thread() -> Option<String> {
    thread::current().name().map(str::to_owned)
}

#[isolate_fn]
async fn resumed(ev: Event) -> Result<String, RunError> {
    ev.run((), |_lock, ()| turn_thread()).await.map(Option::unwrap_or_default)
}

#[test]
fn turns_of_a_pool_run_on_its_threads_only() {
    watched(|| {
        let fixture = Fixture::with(|builder| builder.turns(Turns::Pool(NonZeroUsize::new(2).unwrap())));
        let (isolate, ctx) = fixture.context();
        let other = context(&fixture.isolate(IsolateOptions::new()));
        let names = std::sync::Arc::new(std::sync::Mutex::new(std::collections::BTreeSet::new()));
        for ctx in [&ctx, &other] {
            block_on(ctx.try_run((), |lock, ()| lock.install((resumed {},)))).unwrap();
        }
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let (ctx, names) = (if n % 2 == 0 { ctx.clone() } else { other.clone() }, names.clone());
                thread::spawn(move || {
                    for _ in 0..scaled(100) {
                        let inside = [
                            block_on(ctx.run((), |_lock, ()| turn_thread())).unwrap().unwrap(),
                            ctx.run_blocking((), |_lock, ()| turn_thread()).unwrap().unwrap(),
                            block_on(ctx.eval::<String>("resumed()")).unwrap(),
                            block_on(ctx.spawn((), |ev, ()| resumed(ev))).unwrap().unwrap(),
                        ];
                        names.lock().unwrap().extend(inside);
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        let names = names.lock().unwrap().clone();
        let expected = ["isolock-turns-0", "isolock-turns-1"];
        assert!(names.iter().all(|name| expected.contains(&name.as_str())), "{names:?}");
        block_on(isolate.shutdown());
    });
}

#[test]
fn turns_of_a_pinned_isolate_run_on_its_thread_only() {
    watched(|| {
        let (_fixture, _isolate, ctx) = stage(IsolateOptions::new().home(Home::Pinned));
        block_on(ctx.try_run((), |lock, ()| lock.install((resumed {},)))).unwrap();
        let home = block_on(ctx.run((), |_lock, ()| thread::current().id())).unwrap();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let ctx = ctx.clone();
                thread::spawn(move || {
                    for _ in 0..scaled(50) {
                        assert_eq!(block_on(ctx.run((), |_lock, ()| thread::current().id())).unwrap(), home);
                        assert_eq!(ctx.run_blocking((), |_lock, ()| thread::current().id()).unwrap(), home);
                        assert_eq!(block_on(ctx.eval::<String>("resumed()")).unwrap(), "isolock-home");
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

/// Each thread runs a few turns and ends; V8 keeps data per thread and isolate.
#[test]
fn many_short_lived_threads() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, ctx) = stage(IsolateOptions::new().home(home));
            block_on(ctx.eval::<()>("globalThis.n = 0")).unwrap();
            let rounds = scaled(60);
            for _ in 0..rounds {
                let threads: [_; 8] = std::array::from_fn(|_| {
                    let ctx = ctx.clone();
                    thread::spawn(move || {
                        let root = block_on(ctx.try_run((), |lock, ()| {
                            let value = lock.eval("n++; ({})")?;
                            Ok::<_, RunError>(lock.root(value))
                        }));
                        drop(root.unwrap());
                    })
                });
                for thread in threads {
                    thread.join().unwrap();
                }
            }
            #[allow(clippy::cast_precision_loss, reason = "small")]
            let expected = (rounds * 8) as f64;
            assert_eq!(number(&ctx, "n"), expected);
            crate::support::until(|| isolate.stats().roots == 0);
        }
    });
}

/// The last handles go when their thread ends, after most of its thread-locals.
#[test]
fn handles_dropped_by_a_dying_thread() {
    thread_local! {
        static KEPT: std::cell::RefCell<Vec<Box<dyn std::any::Any>>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    watched(|| {
        for home in HOMES {
            let (fixture, isolate, ctx) = stage(IsolateOptions::new().home(home));
            let stats = isolate.clone();
            thread::spawn(move || {
                // Registered before anything that a turn registers, so destroyed after it.
                KEPT.with_borrow_mut(|kept| kept.push(Box::new(())));
                let root = block_on(ctx.try_run((), |lock, ()| {
                    let value = lock.eval("({})")?;
                    Ok::<_, RunError>(lock.root(value))
                }));
                let mut pending = Box::pin(ctx.eval::<()>("new Promise(() => {})"));
                assert!(poll_once(&mut pending).is_pending());
                KEPT.with_borrow_mut(|kept| {
                    kept.push(Box::new(root.unwrap()));
                    kept.push(Box::new(pending));
                    kept.push(Box::new((ctx, isolate)));
                });
            })
            .join()
            .unwrap();
            crate::support::until(|| stats.stats().contexts == 0 && stats.stats().roots == 0);
            drop((stats, fixture));
        }
    });
}

/// Each link waits for a turn of the next isolate inside its own turn: as deep as one likes.
#[test]
fn a_chain_of_blocking_turns_through_eight_isolates() {
    fn go_on(rest: Vec<WeakIoContext>) -> usize {
        let mut rest = rest;
        let Some(next) = rest.pop() else { return 0 };
        let strong = CHAIN.with(next.id());
        1 + strong.run_blocking((rest,), |_lock, (rest,)| go_on(rest)).expect("the next turn")
    }
    /// Strong contexts stay outside; turns name them.
    static CHAIN: Chain = Chain(std::sync::Mutex::new(Vec::new()));
    struct Chain(std::sync::Mutex<Vec<IoContext>>);
    impl Chain {
        fn with(&self, id: u64) -> IoContext {
            self.0.lock().unwrap().iter().find(|ctx| ctx.id() == id).unwrap().clone()
        }
    }
    watched(|| {
        for home in HOMES {
            let fixture = Fixture::new();
            let isolates: [_; 8] = std::array::from_fn(|_| fixture.isolate(IsolateOptions::new().home(home)));
            let contexts = isolates.each_ref().map(context);
            let weak = contexts.iter().map(IoContext::downgrade).collect();
            CHAIN.0.lock().unwrap().extend(contexts);
            assert_eq!(thread::spawn(move || go_on(weak)).join().unwrap(), 8);
            CHAIN.0.lock().unwrap().clear();
        }
    });
}
