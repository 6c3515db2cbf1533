//! R1 enter-by-run.

use crate::support::*;
use isolock::{Turns, prelude::*};
use isolock_tests::{Fixture, block_on, context, watched};
use std::{
    num::NonZeroUsize,
    panic::Location,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// Where the turn under way was entered and where the refused call stands.
#[track_caller]
fn reentrant<T>(result: Result<T, RunError>) -> (&'static Location<'static>, &'static Location<'static>) {
    match result {
        Err(RunError::Reentrant { entered, at }) => (entered, at),
        Err(other) => panic!("expected Reentrant, found {other:?}"),
        Ok(_) => panic!("expected Reentrant, found a result"),
    }
}

#[test]
fn r1_run_inside_a_turn_is_reentrant_and_names_both_calls() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let outer = line!() + 1;
        let (error, inner) = block_on(ctx.run((ctx.downgrade(),), |_lock, (ctx,)| {
            let inner = line!() + 1;
            let refused = ready(ctx.run((), |_lock, ()| ()));
            (refused.unwrap_err(), inner)
        }))
        .unwrap();
        let text = error.to_string();
        let (entered, at) = reentrant::<()>(Err(error));
        assert_at(entered, file!(), outer);
        assert_at(at, file!(), inner);
        assert!(text.starts_with("R1 enter-by-run: "), "{text}");
        assert!(text.contains(&entered.to_string()) && text.contains(&at.to_string()), "{text}");
    });
}

#[test]
fn r1_every_way_in_is_refused_inside_a_turn() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let root = block_on(ctx.load_module("m.js", "export const n = 1")).unwrap();
        let captures = (Carry(isolate), Carry(ctx.clone()), root);
        block_on(ctx.run(captures, |_lock, (isolate, ctx, root)| {
            let (isolate, ctx) = (isolate.0, ctx.0);
            reentrant(ready(ctx.run((), |_lock, ()| ())));
            reentrant(ready(ctx.try_run((), |_lock, ()| Ok::<_, RunError>(()))));
            reentrant(ready(ctx.downgrade().run((), |_lock, ()| ())));
            reentrant(ready(ctx.downgrade().try_run((), |_lock, ()| Ok::<_, RunError>(()))));
            reentrant(ready(ctx.event().run((), |_lock, ()| ())));
            reentrant(ready(ctx.event().try_run((), |_lock, ()| Ok::<_, RunError>(()))));
            reentrant(ready(ctx.event().critical_section((), |_event, ()| async {})));
            reentrant(ready(ctx.eval::<()>("1")));
            reentrant(ready(ctx.load_module("n.js", "")));
            reentrant(ready(ctx.call::<(), _>(&root, "f", ())));
            reentrant(ready(ctx.set_global("n", 1.0)));
            reentrant(ready(who::run(&ctx)));
            reentrant(ready(isolate.context(ContextOptions::new()).build()));
            reentrant(ready(isolate.context(ContextOptions::new()).setup((), |_lock, ()| Ok::<_, RunError>(()))));
        }))
        .unwrap();
        assert_eq!(number(&ctx, "1 + 1"), 2.0);
    });
}

#[isolate_fn]
fn who() -> String {
    thread::current().name().unwrap_or_default().to_owned()
}

#[test]
fn r1_a_future_made_outside_and_polled_inside_is_refused() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let other = context(&world.isolate());
        for target in [&ctx, &context(&isolate), &other] {
            let made = line!() + 1;
            let future = target.run((), |_lock, ()| ());
            let outcome =
                block_on(ctx.run((Carry(Box::pin(future)),), |_lock, (mut future,)| match poll_once(&mut future.0) {
                    std::task::Poll::Ready(result) => result,
                    std::task::Poll::Pending => Ok(()),
                }));
            assert_at(reentrant(outcome.unwrap()).1, file!(), made);
        }
    });
}

#[test]
fn r1_a_future_made_inside_is_refused_wherever_it_is_polled() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let future =
            block_on(ctx.run((ctx.downgrade(),), |_lock, (ctx,)| Carry(Box::pin(ctx.run((), |_lock, ()| ())))))
                .unwrap();
        reentrant(block_on(future.0));
    });
}

#[test]
fn r1_a_waiting_future_polled_inside_a_turn_goes_on_waiting() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let busy = Busy::new(&ctx);
        let waiting = pending(ctx.run((), |_lock, ()| 7_u8));
        let other = context(&world.isolate());
        let waiting = block_on(other.run((Carry(waiting),), |_lock, (mut waiting,)| {
            assert!(poll_once(&mut waiting.0).is_pending());
            waiting
        }))
        .unwrap();
        busy.release().unwrap();
        assert_eq!(block_on(waiting.0).unwrap(), 7);
        assert_eq!(isolate.stats().waiting, 0);
    });
}

/// Whether somebody is inside, to see that two never are.
type Inside = Arc<AtomicBool>;

#[test]
fn r1_turns_from_eight_threads_never_overlap() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.eval("globalThis.n = 0").map(drop));
        let (start, inside) = (Arc::new(Barrier::new(8)), Inside::default());
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let (ctx, start, inside) = (ctx.clone(), start.clone(), inside.clone());
                thread::spawn(move || {
                    start.wait();
                    for _ in 0..50 {
                        block_on(ctx.run((inside.clone(),), |lock, (inside,)| {
                            assert!(!inside.swap(true, Ordering::SeqCst), "two turns at once");
                            // Not one step: a turn in between would be seen.
                            let n = lock.eval("n").unwrap().number_value(lock).unwrap();
                            lock.set_global("n", n + 1.0).unwrap();
                            inside.store(false, Ordering::SeqCst);
                        }))
                        .unwrap();
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(number(&ctx, "n"), 400.0);
    });
}

#[test]
fn r1_two_isolates_really_overlap() {
    on_both_homes(|world| {
        // Each turn waits for the other to be inside: with one lock for both this would never end.
        let meet = Arc::new(Barrier::new(2));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let (ctx, meet) = (context(&world.isolate()), meet.clone());
                thread::spawn(move || block_on(ctx.run((meet,), |_lock, (meet,)| meet.wait().is_leader())))
            })
            .collect();
        let leaders = threads.into_iter().map(|thread| thread.join().unwrap().unwrap());
        assert_eq!(leaders.filter(|leader| *leader).count(), 1);
    });
}

#[test]
fn r1_pool_turns_run_on_the_runtimes_threads() {
    watched(|| {
        for threads in [1, 3] {
            let turns = Turns::Pool(NonZeroUsize::new(threads).unwrap());
            let fixture = Fixture::with(|builder| builder.turns(turns));
            let (isolate, ctx) = fixture.context();
            let name = block_on(who::run(&ctx)).unwrap();
            assert!(name.starts_with("isolock-turns-"), "{name}");
            let name = ctx.run_blocking((), |_lock, ()| who()).unwrap();
            assert!(name.starts_with("isolock-turns-"), "{name}");
            block_on(ctx.set_global("n", 0.0)).unwrap();
            let workers: Vec<_> = (0..8)
                .map(|_| {
                    let ctx = ctx.clone();
                    thread::spawn(move || {
                        for _ in 0..20 {
                            block_on(ctx.eval::<()>("n++")).unwrap();
                        }
                    })
                })
                .collect();
            workers.into_iter().for_each(|worker| worker.join().unwrap());
            assert_eq!(number(&ctx, "n"), 160.0);
            // A pinned isolate keeps to its own thread.
            let pinned = context(&fixture.isolate(IsolateOptions::new().home(Home::Pinned)));
            assert_eq!(block_on(who::run(&pinned)).unwrap(), "isolock-home");
            block_on(isolate.shutdown());
        }
    });
}
