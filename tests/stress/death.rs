//! Contexts and isolates die while a thousand turns wait.

use crate::support::{Counted, HOMES, Held, hold, number, poll_once, stage, until};
use futures::future::{BoxFuture, FutureExt, join_all};
use isolock::{Part, prelude::*, protocol::liveness::Why};
use isolock_tests::{block_on, context, watched};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    task::Poll,
    thread,
};

const MANY: usize = 1000;

/// Turns that count themselves; each carries a live capture.
struct Crowd {
    turns: Vec<BoxFuture<'static, Result<usize, RunError>>>,
    ran: Arc<AtomicUsize>,
    live: Arc<AtomicUsize>,
}

impl Crowd {
    /// Asks for `MANY` turns of `ctx`; all must wait.
    fn gather(ctx: &IoContext) -> Self {
        let (ran, live) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut turns = Vec::new();
        for n in 0..MANY {
            let captures = (n, ran.clone(), Counted::new(&live));
            let mut turn = ctx
                .run(captures, |_lock, (n, ran, _live)| {
                    ran.fetch_add(1, Ordering::SeqCst);
                    n
                })
                .boxed();
            assert!(poll_once(&mut turn).is_pending());
            turns.push(turn);
        }
        assert_eq!(live.load(Ordering::SeqCst), MANY);
        Self { turns, ran, live }
    }

    /// Every future is ready now, with `Gone`, and no body has run.
    fn assert_gone(self, part: Part, why: Why) {
        for mut turn in self.turns {
            match poll_once(&mut turn) {
                Poll::Ready(Err(RunError::Gone(gone))) => assert_eq!((gone.part, gone.why()), (part, why)),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(self.ran.load(Ordering::SeqCst), 0);
        assert_eq!(self.live.load(Ordering::SeqCst), 0);
    }

    /// Every future resolves with its own result, and every body has run once.
    fn assert_ran(self) {
        for (n, result) in block_on(join_all(self.turns)).into_iter().enumerate() {
            assert_eq!(result.unwrap(), n);
        }
        assert_eq!(self.ran.load(Ordering::SeqCst), MANY);
        until(|| self.live.load(Ordering::SeqCst) == 0);
    }
}

fn crowded(home: Home, both: bool) -> (isolock_tests::Fixture, Isolate, [IoContext; 2], Held, [Option<Crowd>; 2]) {
    let (fixture, isolate, victim) = stage(IsolateOptions::new().home(home));
    let other = context(&isolate);
    let held = hold(&other);
    let crowd = Crowd::gather(&victim);
    let others = both.then(|| Crowd::gather(&other));
    assert_eq!(isolate.stats().waiting, if both { 2 * MANY } else { MANY });
    (fixture, isolate, [victim, other], held, [Some(crowd), others])
}

#[test]
fn killing_a_context_fails_its_thousand_turns_once_and_spares_the_others() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, [victim, other], held, [crowd, others]) = crowded(home, true);
            victim.kill();
            // While the isolate is still held.
            crowd.unwrap().assert_gone(Part::Context(victim.id()), Why::Killed);
            assert!(isolate.stats().waiting <= MANY + 1, "the other's, and the runtime's own");
            held.release().unwrap();
            others.unwrap().assert_ran();
            assert_eq!(number(&other, "1"), 1.0);
            until(|| isolate.stats().contexts == 1 && isolate.stats().waiting == 0);
        }
    });
}

#[test]
fn closing_and_dropping_do_the_same() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, [victim, _other], held, [crowd, others]) = crowded(home, true);
            victim.close();
            crowd.unwrap().assert_gone(Part::Context(victim.id()), Why::Closed);
            held.release().unwrap();
            others.unwrap().assert_ran();
            until(|| isolate.stats().contexts == 1 && isolate.stats().waiting == 0);

            // The last strong handle goes while weak calls wait. A pending strong call keeps the context.
            let (_fixture, isolate, [victim, _other], held, [crowd, _]) = crowded(home, false);
            let weak = victim.downgrade();
            let mut waiting = weak.run((), |_lock, ()| ()).boxed();
            assert!(poll_once(&mut waiting).is_pending());
            drop(victim);
            assert!(weak.is_alive());
            drop(crowd);
            match poll_once(&mut waiting) {
                Poll::Ready(Err(RunError::Gone(gone))) => assert_eq!(gone.why(), Why::Dropped),
                other => panic!("{other:?}"),
            }
            held.release().unwrap();
            until(|| isolate.stats().contexts == 1 && isolate.stats().waiting == 0);
        }
    });
}

/// The turn that runs belongs to the context that is killed, and looks for it.
#[test]
fn killing_the_context_of_the_running_turn() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, victim) = stage(IsolateOptions::new().home(home));
            let held = hold(&victim);
            let crowd = Crowd::gather(&victim);
            victim.kill();
            crowd.assert_gone(Part::Context(victim.id()), Why::Killed);
            assert!(matches!(held.release(), Err(RunError::Terminated(_))));
            until(|| isolate.stats().contexts == 0);
            assert_eq!(number(&context(&isolate), "2"), 2.0);
        }
    });
}

#[test]
fn shutting_down_an_isolate_fails_its_thousand_turns_once() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, [victim, other], held, [crowd, others]) = crowded(home, true);
            let ended = isolate.shutdown();
            let part = Part::Isolate(isolate.id());
            for (ctx, crowd) in [(&victim, crowd), (&other, others)] {
                crowd.unwrap().assert_gone(part, Why::IsolateShutDown);
                let late = block_on(ctx.run((), |_lock, ()| ()));
                assert!(matches!(late, Err(RunError::Gone(gone)) if gone.part == part));
            }
            // The turn that runs ends normally; then comes the last one.
            held.release().unwrap();
            block_on(ended);
            assert_eq!((isolate.stats().contexts, isolate.stats().waiting), (0, 0));
        }
    });
}

#[test]
fn dropping_a_thousand_futures_while_they_wait() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, [victim, _other], held, [crowd, others]) = crowded(home, true);
            let Crowd { turns, ran, live } = crowd.unwrap();
            // In an order that takes them from the head, the tail and the middle.
            let (even, odd): (Vec<_>, Vec<_>) = turns.into_iter().enumerate().partition(|(n, _)| n % 2 == 0);
            drop(odd);
            for turn in even.into_iter().rev() {
                drop(turn);
            }
            assert_eq!(live.load(Ordering::SeqCst), 0);
            assert_eq!(isolate.stats().waiting, MANY);
            held.release().unwrap();
            others.unwrap().assert_ran();
            assert_eq!(ran.load(Ordering::SeqCst), 0);
            assert_eq!(number(&victim, "3"), 3.0);
        }
    });
}

/// Deaths, drops and the batch of the holder race.
#[test]
fn killing_and_dropping_while_the_turns_run() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, [victim, other], held, [crowd, others]) = crowded(home, true);
            let crowd = crowd.unwrap();
            let (ran, live) = (crowd.ran.clone(), crowd.live.clone());
            let mut turns = crowd.turns;
            let dropped = turns.split_off(MANY / 2);
            let signal = crate::support::Signal::default();
            let start = signal.clone();
            let threads = [
                thread::spawn(move || {
                    start.wait();
                    drop(dropped);
                    0
                }),
                thread::spawn(move || {
                    let mut ok = 0;
                    for result in block_on(join_all(turns)) {
                        match result {
                            Ok(_) => ok += 1,
                            Err(RunError::Gone(_)) => {}
                            Err(error) => panic!("{error}"),
                        }
                    }
                    ok
                }),
            ];
            signal.open();
            let held = thread::spawn(move || held.release().unwrap());
            until(|| ran.load(Ordering::SeqCst) > 3);
            victim.close();
            let ok: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
            held.join().unwrap();
            others.unwrap().assert_ran();
            until(|| live.load(Ordering::SeqCst) == 0 && isolate.stats().contexts == 1);
            let ran = ran.load(Ordering::SeqCst);
            assert!((ok..=ok + MANY / 2).contains(&ran), "{ok} told, {ran} ran");
            assert_eq!(number(&other, "4"), 4.0);
        }
    });
}

/// A capture that panics when it is dropped spoils neither the last turn nor anybody's shutdown.
#[test]
fn a_panic_in_the_drop_of_a_capture_does_not_stop_the_shutdown() {
    struct Bomb;
    impl Portable for Bomb {}
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(thread::panicking(), "a bomb");
        }
    }
    watched(|| {
        for home in HOMES {
            let (fixture, isolate, ctx) = stage(IsolateOptions::new().home(home));
            let other = context(&isolate);
            let live = Arc::new(AtomicUsize::new(0));
            for ctx in [&ctx, &other] {
                let install = ctx.try_run((Counted::new(&live),), |lock, (live,)| {
                    let root = lock.eval("({})")?;
                    let root = lock.root(root);
                    let bomb = Bomb;
                    let function = lock.function("f", (live, bomb, root), |_lock, _captures, (): ()| ())?;
                    lock.set_global("f", isolock::v8::Local::<isolock::v8::Value>::from(function))
                });
                block_on(install).unwrap();
            }
            ctx.close();
            until(|| isolate.stats().contexts == 1);
            assert_eq!(number(&other, "5"), 5.0);
            block_on(isolate.shutdown());
            assert_eq!(live.load(Ordering::SeqCst), 0);
            assert_eq!((isolate.stats().roots, isolate.stats().contexts, isolate.stats().deferred_drops), (0, 0, 0));
            let reports = fixture.reports();
            assert!(reports.iter().any(|report| matches!(report, isolock::Report::Panicked { .. })), "{reports:?}");
        }
    });
}

/// What a dying function captured is dropped at home, also if nobody enters the isolate afterwards.
#[test]
fn roots_captured_by_functions_go_without_another_turn() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, ctx) = stage(IsolateOptions::new().home(home));
            let other = context(&isolate);
            let install = other.try_run((), |lock, ()| {
                let root = lock.eval("({})")?;
                let root = lock.root(root);
                let function = lock.function("f", (root,), |_lock, _captures, (): ()| ())?;
                lock.set_global("f", isolock::v8::Local::<isolock::v8::Value>::from(function))
            });
            block_on(install).unwrap();
            assert_eq!(isolate.stats().roots, 1);
            // Closed inside a turn: that turn's end is what deletes it, and it is the last one that is asked for.
            let close = ctx.run((other.downgrade(),), |_lock, (other,)| other.close());
            block_on(close).unwrap();
            until(|| isolate.stats().roots == 0 && isolate.stats().contexts == 1);
        }
    });
}

/// What is dropped in a last turn may ask for a turn of another isolate: it is told that it is inside one, and may block.
#[test]
fn a_drop_in_the_last_turn_asks_for_a_turn_elsewhere() {
    type Told = (Result<bool, RunError>, Result<(), RunError>);
    struct Asks(IoContext, Mutex<mpsc::Sender<Told>>);
    impl Portable for Asks {}
    impl Drop for Asks {
        fn drop(&mut self) {
            let blocking = self.0.run_blocking((), |lock, ()| lock.eval("1 + 1").is_ok());
            let run = match poll_once(&mut self.0.run((), |_lock, ()| ()).boxed()) {
                Poll::Ready(result) => result,
                Poll::Pending => Ok(()),
            };
            self.1.lock().unwrap().send((blocking, run)).unwrap();
        }
    }
    watched(|| {
        for homes in [[Home::Shared; 2], [Home::Shared, Home::Pinned], [Home::Pinned, Home::Shared], [Home::Pinned; 2]]
        {
            let (fixture, isolate, ctx) = stage(IsolateOptions::new().home(homes[0]));
            let elsewhere = fixture.isolate(IsolateOptions::new().home(homes[1]));
            let (sender, told) = mpsc::channel();
            let asks = Asks(context(&elsewhere), Mutex::new(sender));
            let install = ctx
                .try_run((asks,), |lock, (asks,)| lock.function("f", (asks,), |_lock, _captures, (): ()| ()).map(drop));
            block_on(install).unwrap();
            block_on(isolate.shutdown());
            let (blocking, run) = told.recv().unwrap();
            assert!(blocking.unwrap());
            assert!(matches!(run, Err(RunError::Reentrant { .. })), "{run:?}");
            assert_eq!(number(&context(&elsewhere), "6"), 6.0);
            block_on(elsewhere.shutdown());
        }
    });
}
