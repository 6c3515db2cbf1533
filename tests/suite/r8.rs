//! R8 callbacks-by-message: a wait that can't end is an error. And R4 no-blocking, as far as waits for turns go.

use crate::support::*;
use isolock::{Turns, prelude::*, protocol::wait_graph::Cycle};
use isolock_tests::{Fixture, block_on, context, watched};
use std::{
    num::NonZeroUsize,
    sync::{Arc, Barrier},
    thread,
};

#[track_caller]
fn deadlock<T>(result: Result<T, RunError>) -> Arc<Cycle> {
    match result {
        Err(RunError::Deadlock(cycle)) => cycle,
        Err(other) => panic!("expected Deadlock, found {other:?}"),
        Ok(_) => panic!("expected Deadlock, found a result"),
    }
}

#[test]
fn r4_a_turn_that_blocks_on_its_own_isolate_is_refused() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let sibling = context(&isolate);
        for target in [&ctx, &sibling] {
            let outer = line!() + 1;
            let (error, inner) = block_on(ctx.run((Carry(target.clone()),), |_lock, (target,)| {
                let inner = line!() + 1;
                let refused = target.0.run_blocking((), |_lock, ()| ());
                (refused.unwrap_err(), inner)
            }))
            .unwrap();
            let text = error.to_string();
            let cycle = deadlock::<()>(Err(error));
            let [wait] = &cycle.waits[..] else { panic!("{cycle}") };
            let holding = wait.holding.unwrap();
            assert_eq!((holding.isolate, wait.wants), (isolate.id(), isolate.id()));
            assert_at(holding.entered, file!(), outer);
            assert_at(wait.at, file!(), inner);
            assert!(text.starts_with("R8 callbacks-by-message: "), "{text}");
            assert!(text.contains(&holding.entered.to_string()) && text.contains(&wait.at.to_string()), "{text}");
        }
        assert_eq!(IoContext::waits().iter().filter(|wait| wait.wants == isolate.id()).count(), 0);
        assert_eq!(number(&ctx, "1 + 1"), 2.0);
    });
}

#[test]
fn r8_run_blocking_outside_a_turn_is_an_ordinary_turn() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert_eq!(ctx.run_blocking((2.0,), |_lock, (n,)| n + 1.0).unwrap(), 3.0);
        assert_eq!(panicked(ctx.run_blocking((), |_lock, ()| boom("as planned"))), "as planned");
        // It waits while somebody else is inside, also on a thread that polls futures.
        let busy = Busy::new(&ctx);
        let blocked = {
            let ctx = ctx.clone();
            thread::spawn(move || block_on(async { ctx.run_blocking((), |_lock, ()| 4.0) }))
        };
        until(|| IoContext::waits().iter().any(|wait| wait.thread == blocked.thread().id() && wait.holding.is_none()));
        busy.release().unwrap();
        assert_eq!(blocked.join().unwrap().unwrap(), 4.0);
        ctx.close();
        gone(ctx.run_blocking((), |_lock, ()| ()));
    });
}

#[test]
fn r8_a_turn_may_wait_for_another_isolate() {
    on_both_homes(|world| {
        let ((_, ctx), (_, other)) = (world.context(), world.context());
        let n = block_on(ctx.run((Carry(other),), |lock, (other,)| {
            let n = other.0.run_blocking((1.0,), |lock, (n,)| lock.eval("40").unwrap().number_value(lock).unwrap() + n);
            // Back in its own turn, which is what it was.
            n.unwrap() + lock.eval("1").unwrap().number_value(lock).unwrap()
        }));
        assert_eq!(n.unwrap(), 42.0);
    });
}

/// Enters one isolate from the turn of another, down the list.
fn down(mut list: Vec<IoContext>) -> f64 {
    match list.pop() {
        None => 0.0,
        Some(next) => next.run_blocking((Carry(list),), |_lock, (list,)| down(list.0) + 1.0).unwrap(),
    }
}

#[test]
fn r8_a_chain_of_waits_never_runs_out_of_threads() {
    on_both_homes(|world| {
        // More than the runtime has turn threads at first.
        let list = (0..12).map(|_| context(&world.isolate())).collect();
        assert_eq!(down(list), 12.0);
    });
    watched(|| {
        let fixture = Fixture::with(|builder| builder.turns(Turns::Pool(NonZeroUsize::MIN)));
        let list: Vec<_> = (0..6).map(|_| fixture.context().1).collect();
        assert_eq!(down(list.clone()), 6.0);
        assert_eq!(down(list), 6.0);
    });
}

#[test]
fn r8_the_cycle_of_a_chain_is_refused_and_named() {
    on_both_homes(|world| {
        let worlds: Vec<_> = (0..3).map(|_| world.context()).collect();
        let ids: Vec<_> = worlds.iter().map(|(isolate, _)| isolate.id()).collect();
        let [a, b, c] = [0, 1, 2].map(|n: usize| worlds[n].1.clone());
        let back = a.clone();
        let refused = a.run_blocking((Carry((b, c, back)),), |_lock, (rest,)| {
            let (b, c, back) = rest.0;
            b.run_blocking((Carry((c, back)),), |_lock, (rest,)| {
                let (c, back) = rest.0;
                c.run_blocking((Carry(back),), |_lock, (back,)| back.0.run_blocking((), |_lock, ()| ()).unwrap_err())
            })
        });
        let error = refused.unwrap().unwrap().unwrap();
        let text = error.to_string();
        let cycle = deadlock::<()>(Err(error));
        let wants: Vec<_> = cycle.waits.iter().map(|wait| wait.wants).collect();
        let holds: Vec<_> = cycle.waits.iter().map(|wait| wait.holding.unwrap().isolate).collect();
        assert_eq!((wants, holds), (vec![ids[0], ids[1], ids[2]], vec![ids[2], ids[0], ids[1]]));
        for wait in &cycle.waits {
            assert!(text.contains(&wait.at.to_string()) && wait.at.file() == file!(), "{text}");
        }
    });
}

#[test]
fn r8_two_turns_that_wait_for_each_other_one_is_refused() {
    on_both_homes(|world| {
        let ((one, first), (two, second)) = (world.context(), world.context());
        let meet = Arc::new(Barrier::new(2));
        let cross = |from: &IoContext, to: &IoContext| {
            let (from, captures) = (from.clone(), (Carry(to.clone()), meet.clone()));
            thread::spawn(move || {
                block_on(from.run(captures, |_lock, (to, meet)| {
                    meet.wait();
                    to.0.run_blocking((), |lock, ()| lock.isolate_id())
                }))
                .unwrap()
            })
        };
        let (there, back) = (cross(&first, &second), cross(&second, &first));
        let outcomes = [(there.join().unwrap(), two.id(), one.id()), (back.join().unwrap(), one.id(), two.id())];
        let refused: Vec<_> = outcomes.iter().filter(|(outcome, ..)| outcome.is_err()).collect();
        assert_eq!(refused.len(), 1, "{outcomes:?}");
        for (outcome, wanted, held) in &outcomes {
            match outcome {
                Ok(reached) => assert_eq!(reached, wanted),
                Err(error) => {
                    let cycle = deadlock::<()>(Err(error.clone()));
                    let parties: Vec<_> =
                        cycle.waits.iter().map(|wait| (wait.holding.unwrap().isolate, wait.wants)).collect();
                    assert_eq!(parties, [(*held, *wanted), (*wanted, *held)]);
                    assert_ne!(cycle.waits[0].thread, cycle.waits[1].thread);
                    let text = error.to_string();
                    for wait in &cycle.waits {
                        let sites = [wait.at.to_string(), wait.holding.unwrap().entered.to_string()];
                        assert!(sites.iter().all(|site| text.contains(site)), "{text}");
                    }
                }
            }
        }
        assert_eq!((number(&first, "1"), number(&second, "2")), (1.0, 2.0));
    });
}

#[track_caller]
fn inside_section<T>(result: Result<T, RunError>) -> String {
    match result {
        Err(error @ RunError::InsideSection { .. }) => error.to_string(),
        Err(other) => panic!("expected InsideSection, found {other:?}"),
        Ok(_) => panic!("expected InsideSection, found a result"),
    }
}

#[test]
fn r8_a_wait_for_the_end_of_the_own_section_is_refused() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (event, other) = (ctx.event(), context(&isolate));
        let captures = (Carry(ctx.clone()), event.clone(), Carry(other));
        let done = block_on(event.critical_section(captures, |inside, (ctx, outer, other)| async move {
            let ctx = ctx.0;
            let text = inside_section(ctx.run((), |_lock, ()| ()).await);
            assert!(text.starts_with("R8 callbacks-by-message: "), "{text}");
            inside_section(ctx.run_blocking((), |_lock, ()| ()));
            inside_section(ctx.downgrade().run((), |_lock, ()| ()).await);
            inside_section(ctx.eval::<()>("1").await);
            inside_section(ctx.set_global("n", 1.0).await);
            // The event that the section was begun from is outside of it, too.
            inside_section(outer.run((), |_lock, ()| ()).await);
            inside_section(outer.critical_section((), |_event, ()| async {}).await);
            inside.run((), |_lock, ()| ()).await?;
            // Another context has another gate.
            other.0.run((), |_lock, ()| ()).await
        }));
        done.unwrap().unwrap();
        block_on(ctx.run((), |_lock, ()| ())).unwrap();
    });
}

#[test]
fn r8_a_pinned_thread_that_blocks_between_turns_is_part_of_the_cycle() {
    watched(|| {
        let fixture = Fixture::new();
        let make = || context(&fixture.isolate(IsolateOptions::new().home(Home::Pinned)));
        let (one, two) = (make(), make());
        // The body is polled by the home thread of `one`, which then waits for `two`, whose turn waits for `one`.
        let outcome = block_on(one.spawn((Carry(one.clone()), Carry(two)), |_event, (one, two)| async move {
            two.0.run_blocking((one,), |_lock, (one,)| one.0.run_blocking((), |_lock, ()| 1.0))
        }));
        deadlock(outcome.unwrap().unwrap());
        // It may enter its own isolate, without a hop.
        let own = block_on(
            one.spawn((Carry(one.clone()),), |_event, (one,)| async move { one.0.run_blocking((), |_lock, ()| 2.0) }),
        );
        assert_eq!(own.unwrap().unwrap(), 2.0);
    });
}

#[test]
fn r8_a_pinned_thread_that_blocks_for_a_section_of_its_isolate_is_refused() {
    watched(|| {
        let ctx = context(&Fixture::new().isolate(IsolateOptions::new().home(Home::Pinned)));
        let (open, door) = futures::channel::oneshot::channel::<()>();
        let (begun, is_open) = std::sync::mpsc::channel();
        let section = ctx.event().critical_section((Carry(door), begun), |inside, (door, begun)| async move {
            begun.send(()).unwrap();
            door.0.await.unwrap();
            inside.run((), |_lock, ()| 1.0).await
        });
        let section = thread::spawn(move || block_on(section));
        is_open.recv().unwrap();
        // The section can't end without turns, and this thread would be the one to run them.
        let blocking =
            ctx.spawn((Carry(ctx.clone()),), |_event, (ctx,)| async move { ctx.0.run_blocking((), |_lock, ()| ()) });
        deadlock(block_on(blocking).unwrap());
        open.send(()).unwrap();
        assert_eq!(section.join().unwrap().unwrap().unwrap(), 1.0);
    });
}

#[test]
fn r8_sections_of_two_contexts_are_told_apart() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let other = context(&isolate);
        let (open, door) = futures::channel::oneshot::channel::<()>();
        let (begun, is_open) = futures::channel::oneshot::channel::<()>();
        let theirs = other.event().critical_section((Carry(door), begun), |_inside, (door, begun)| async move {
            begun.send(()).unwrap();
            door.0.await.unwrap_or(());
        });
        let captures = (Carry(other.clone()), Carry(is_open), open);
        let ours = ctx.event().critical_section(captures, |_inside, (other, is_open, open)| async move {
            is_open.0.await.unwrap();
            // Both contexts are in their first section. This waits for the other's, and rightly so.
            let waiting = pending(other.0.run((), |_lock, ()| 1.0));
            open.send(()).unwrap();
            waiting.await
        });
        let (theirs, ours) = block_on(futures::future::join(theirs, ours));
        theirs.unwrap();
        assert_eq!(ours.unwrap().unwrap(), 1.0);
    });
}
