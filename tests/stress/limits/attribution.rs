//! The right turn is ended, and no other.

use crate::support::{HOMES, hold, number, scaled, stage};
use futures::future::{FutureExt, join_all};
use isolock::{prelude::*, protocol::termination::Request};
use isolock_tests::{Fixture, block_on, context, watched};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

/// What two threads saw of their turns.
struct Tally {
    /// When the last body ended.
    last: Arc<Mutex<Instant>>,
    short: AtomicUsize,
    ended: AtomicUsize,
    /// Ended although they had not used up their time: somebody else's request hit them.
    wrong: AtomicUsize,
    escaped: AtomicUsize,
    other: AtomicUsize,
}

impl Tally {
    fn new() -> Self {
        let [short, ended, wrong, escaped, other] = std::array::from_fn(|_| AtomicUsize::new(0));
        Self { last: Arc::new(Mutex::new(Instant::now())), short, ended, wrong, escaped, other }
    }
}

/// 1,400 turns on two threads, 400 of them endless: none escapes, none is ended for another's sake.
#[test]
fn time_limit_hits_exactly_the_turns_past_it() {
    const LIMIT: Duration = Duration::from_millis(3);
    watched(|| {
        for home in HOMES {
            let isolate = Fixture::new().isolate(IsolateOptions::new().home(home).turn_limit(LIMIT));
            let tally = Arc::new(Tally::new());
            let turns = scaled(700);
            let threads: Vec<_> = (0..2)
                .map(|thread| {
                    let (isolate, tally) = (isolate.clone(), tally.clone());
                    thread::spawn(move || {
                        // Making a context may take longer than a turn is allowed.
                        let contexts = [patient_context(&isolate), patient_context(&isolate)];
                        for turn in 0..turns {
                            one(&contexts[turn % 2], (turn * 3 + thread) % 7 < 2, LIMIT, &tally);
                        }
                    })
                })
                .collect();
            threads.into_iter().for_each(|thread| thread.join().unwrap());
            let [short, ended, wrong, escaped, other] =
                [&tally.short, &tally.ended, &tally.wrong, &tally.escaped, &tally.other]
                    .map(|count| count.load(Ordering::SeqCst));
            println!("{home:?}: {short} short, {ended} ended, {wrong} wrong, {escaped} escaped");
            assert_eq!((wrong, escaped, other), (0, 0, 0), "{short} short, {ended} ended");
            assert_eq!(short + ended, 2 * turns);
            assert!(ended >= 2 * turns * 2 / 7 - 2);
        }
    });
}

fn patient_context(isolate: &Isolate) -> IoContext {
    loop {
        match block_on(isolate.context(ContextOptions::new()).build()) {
            Ok(ctx) => return ctx,
            Err(RunError::Terminated(Request::TimeLimit(_))) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn one(ctx: &IoContext, endless: bool, limit: Duration, tally: &Tally) {
    let (sender, earliest) = mpsc::channel();
    let run = ctx.run((endless, sender, tally.last.clone()), |lock, (endless, sender, last)| {
        // The turn began after the body of the one before had ended.
        sender.send(*last.lock().unwrap()).unwrap();
        let source = if endless { "for(;;);" } else { "let n = 0; for (let i = 0; i < 2000; i++) n += i; n" };
        let result = lock.eval(&format!("(() => {{ {source} }})()")).is_ok();
        *last.lock().unwrap() = Instant::now();
        result
    });
    let result = block_on(run);
    let at_most = earliest.recv().unwrap().elapsed();
    let count = match (result, endless) {
        (Ok(true), false) => &tally.short,
        (Ok(_), true) => &tally.escaped,
        // A short turn may be past the limit on a loaded machine. Not before the limit, whatever the load.
        (Err(RunError::Terminated(Request::TimeLimit(_))), _) if at_most >= limit => &tally.ended,
        (Err(RunError::Terminated(_)), _) => &tally.wrong,
        _ => &tally.other,
    };
    count.fetch_add(1, Ordering::SeqCst);
}

/// Turns that wait are run in one batch under one lock: a request for one must not reach the next.
#[test]
fn a_batch_of_endless_and_short_turns() {
    const LIMIT: Duration = Duration::from_millis(100);
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, a) = stage(IsolateOptions::new().home(home).turn_limit(LIMIT));
            let b = context(&isolate);
            let held = hold(&a);
            let mut turns: Vec<_> = (0..20)
                .map(|n| {
                    let (ctx, source) = if n % 2 == 0 { (&a, "for(;;);") } else { (&b, "1") };
                    ctx.try_run((source,), |lock, (source,)| lock.eval(source).map(drop)).boxed()
                })
                .collect();
            for turn in &mut turns {
                assert!(crate::support::poll_once(turn).is_pending());
            }
            assert_eq!(isolate.stats().waiting, 20);
            // The turn that holds isn't interrupted: it runs no JS. It may be past the limit.
            let _ = held.release();
            for (n, result) in block_on(join_all(turns)).into_iter().enumerate() {
                let ended = matches!(result, Err(RunError::Terminated(Request::TimeLimit(LIMIT))));
                assert_eq!(ended, n % 2 == 0, "turn {n}: {result:?}");
            }
        }
    });
}

/// A request that V8 never looked at, because only Rust ran, is taken back at the end of its turn.
#[test]
fn a_late_request_does_not_reach_the_next_turn_of_the_batch() {
    const LIMIT: Duration = Duration::from_millis(20);
    watched(|| {
        for home in HOMES {
            let isolate = Fixture::new().isolate(IsolateOptions::new().home(home).turn_limit(LIMIT));
            let (a, b) = (patient_context(&isolate), patient_context(&isolate));
            let held = hold(&a);
            let mut pairs: Vec<_> = (0..10)
                .map(|_| {
                    let late = a.run((), |lock, ()| while lock.check().is_ok() {}).boxed();
                    let next = b.try_run((), |lock, ()| {
                        lock.eval("(() => { let n = 0; for (let i = 0; i < 100; i++) n += i; return n })()").map(drop)
                    });
                    (late, next.boxed())
                })
                .collect();
            for (late, next) in &mut pairs {
                assert!(crate::support::poll_once(late).is_pending());
                assert!(crate::support::poll_once(next).is_pending());
            }
            drop(held.release());
            let mut innocent = 0;
            for (late, next) in pairs {
                let late = block_on(late);
                assert!(matches!(late, Err(RunError::Terminated(Request::TimeLimit(LIMIT)))), "{late:?}");
                match block_on(next) {
                    Ok(()) => innocent += 1,
                    // Past its own limit, on a loaded machine.
                    Err(RunError::Terminated(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            assert!(innocent > 5, "{innocent} of 10 turns were left alone");
        }
    });
}

/// Requests come at any moment of a turn and between turns; only the event that they name is hit.
#[test]
fn event_terminations_hit_only_their_event() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, a) = stage(IsolateOptions::new().home(home));
            let b = context(&isolate);
            let (events, doomed) = mpsc::channel::<Event>();
            let (done, acknowledged) = mpsc::channel();
            let killer = thread::spawn(move || {
                for event in doomed {
                    event.terminate();
                    done.send(()).unwrap();
                }
            });
            let mut hit = 0;
            let rounds = scaled(600);
            for round in 0..rounds {
                let event = a.event();
                events.send(event.clone()).unwrap();
                let spin = format!("let n = 0; for (let i = 0; i < {}; i++) n += i; n", round % 50 * 200);
                let spin = format!("(() => {{ {spin} }})()");
                match block_on(event.try_run((spin,), |lock, (spin,)| lock.eval(&spin).map(drop))) {
                    Ok(()) => {}
                    Err(RunError::Terminated(Request::Terminate(at))) => {
                        assert!(at.file().ends_with("attribution.rs"), "{at}");
                        hit += 1;
                    }
                    Err(error) => panic!("{error}"),
                }
                // The request may come now, while nobody or somebody else is inside.
                assert_eq!(number(&b, "1 + 1"), 2.0);
                assert_eq!(number(&a, "1 + 1"), 2.0);
                acknowledged.recv().unwrap();
                let after = block_on(event.run((), |_lock, ()| ()));
                assert!(matches!(after, Err(RunError::Terminated(_))), "{after:?}");
            }
            println!("{home:?}: {hit} of {rounds} turns were hit");
            drop(events);
            killer.join().unwrap();
        }
    });
}

/// `terminate_running` hits what runs, and nothing when nothing runs.
#[test]
fn terminate_running_ends_the_running_turn_only() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, ctx) = stage(IsolateOptions::new().home(home));
            let (sender, entered) = mpsc::channel();
            for _ in 0..scaled(50) {
                let run = ctx.try_run((sender.clone(),), |lock, (sender,)| {
                    sender.send(()).unwrap();
                    lock.eval("for(;;);").map(drop)
                });
                let turn = thread::spawn(move || block_on(run));
                entered.recv().unwrap();
                assert!(isolate.terminate_running());
                match turn.join().unwrap() {
                    Err(RunError::Terminated(Request::Terminate(at))) => assert!(at.file().ends_with("attribution.rs")),
                    other => panic!("{other:?}"),
                }
                // What follows a turn (its left microtasks, tasks) is a stay of its own.
                crate::support::until(|| !isolate.terminate_running());
                assert_eq!(number(&ctx, "3"), 3.0);
            }
        }
    });
}
