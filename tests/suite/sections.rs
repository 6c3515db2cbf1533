//! Critical sections.

use crate::support::*;
use futures::{channel::oneshot, future::join};
use isolock::prelude::*;
use isolock_tests::block_on;
use std::{sync::mpsc, thread};

#[test]
fn other_events_wait_for_the_end_of_a_section() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.set_global("n", 0.0)).unwrap();
        let (open, door) = oneshot::channel::<()>();
        let (begun, is_open) = mpsc::channel();
        let section = ctx.event().critical_section((Carry(door), begun), |inside, (door, begun)| async move {
            begun.send(()).unwrap();
            let before = inside.try_run((), |lock, ()| lock.eval("n").map(|n| n.number_value(lock))).await?;
            door.0.await.unwrap();
            // Nobody has come in between.
            let after = inside.try_run((), |lock, ()| lock.eval("n").map(|n| n.number_value(lock))).await?;
            Ok::<_, RunError>((before, after))
        });
        let mut section = Box::pin(section);
        until(|| {
            assert!(poll_once(&mut section).is_pending());
            is_open.try_recv().is_ok()
        });
        let increments: Vec<_> = (0..5).map(|_| pending(ctx.eval::<()>("n++"))).collect();
        open.send(()).unwrap();
        let (n, m) = block_on(section).unwrap().unwrap();
        assert_eq!(n, m);
        increments.into_iter().for_each(|increment| block_on(increment).unwrap());
        assert_eq!(number(&ctx, "n"), n.unwrap() + 5.0);
    });
}

#[test]
fn two_sections_follow_each_other() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let log = Log::default();
        let section = |name: &'static str| {
            ctx.event().critical_section((name, log.clone()), |inside, (name, log)| async move {
                for _ in 0..3 {
                    inside.run((name, log.clone()), |_lock, (name, log)| log.push(name)).await?;
                }
                Ok::<_, RunError>(())
            })
        };
        let (one, two) = block_on(join(section("one"), section("two")));
        one.unwrap().unwrap();
        two.unwrap().unwrap();
        let lines = log.lines();
        assert!(
            lines == ["one", "one", "one", "two", "two", "two"] || lines == ["two", "two", "two", "one", "one", "one"],
            "{lines:?}"
        );
    });
}

#[test]
fn sections_nest_and_the_innermost_decides() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let log = Log::default();
        let done = block_on(ctx.event().critical_section((log.clone(),), |outer, (log,)| async move {
            outer.run((log.clone(),), |_lock, (log,)| log.push("outer")).await?;
            let nested = outer.critical_section((log.clone(), outer.clone()), |inner, (log, outer)| async move {
                inner.run((log.clone(),), |_lock, (log,)| log.push("inner")).await?;
                // The outer one's turns wait for the inner section, so this would wait for itself.
                let refused = outer.run((), |_lock, ()| ()).await;
                assert!(matches!(refused, Err(RunError::InsideSection { .. })), "{refused:?}");
                inner.run((log,), |_lock, (log,)| log.push("inner")).await
            });
            nested.await??;
            outer.run((log,), |_lock, (log,)| log.push("outer")).await
        }));
        done.unwrap().unwrap();
        assert_eq!(log.lines(), ["outer", "inner", "inner", "outer"]);
        block_on(ctx.run((), |_lock, ()| ())).unwrap();
    });
}

#[test]
fn an_outer_turn_waits_for_an_inner_section_of_its_own() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let log = Log::default();
        let done = block_on(ctx.event().critical_section((log.clone(),), |outer, (log,)| async move {
            let (begun, is_open) = oneshot::channel::<()>();
            let inner = outer.critical_section((log.clone(), begun), |inner, (log, begun)| async move {
                begun.send(()).unwrap();
                for _ in 0..3 {
                    inner.run((log.clone(),), |_lock, (log,)| log.push("inner")).await?;
                }
                Ok::<_, RunError>(())
            });
            let meanwhile = async {
                is_open.await.unwrap();
                // Not refused: it waits for somebody else.
                outer.run((log.clone(),), |_lock, (log,)| log.push("outer")).await
            };
            let (inner, meanwhile) = join(inner, meanwhile).await;
            inner??;
            meanwhile
        }));
        done.unwrap().unwrap();
        assert_eq!(log.lines(), ["inner", "inner", "inner", "outer"]);
    });
}

#[test]
fn a_dropped_section_opens_the_gate() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (begun, is_open) = mpsc::channel();
        let mut section = Box::pin(ctx.event().critical_section((begun,), |_inside, (begun,)| async move {
            begun.send(()).unwrap();
            futures::future::pending::<()>().await;
        }));
        until(|| {
            assert!(poll_once(&mut section).is_pending());
            is_open.try_recv().is_ok()
        });
        let waiting = pending(ctx.run((), |_lock, ()| 1.0));
        drop(section);
        assert_eq!(block_on(waiting).unwrap(), 1.0);
    });
}

#[test]
fn a_section_dropped_before_it_heard_of_its_beginning_opens_the_gate() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let busy = Busy::new(&ctx);
        let section = pending(ctx.event().critical_section((), |_inside, ()| async {}));
        assert_eq!(isolate.stats().waiting, 1);
        // Whoever was busy begins the section, too; nobody polls the section's future.
        let behind = pending(ctx.run((), |_lock, ()| 1.0));
        busy.release().unwrap();
        until(|| isolate.stats().waiting == 0);
        drop(section);
        assert_eq!(block_on(behind).unwrap(), 1.0);
        block_on(ctx.run((), |_lock, ()| ())).unwrap();
    });
}

#[test]
fn a_cancelled_section_opens_the_gate() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let event = ctx.event();
        let (begun, is_open) = mpsc::channel();
        let section = {
            let event = event.clone();
            thread::spawn(move || {
                block_on(event.critical_section((begun,), |_inside, (begun,)| async move {
                    begun.send(()).unwrap();
                    futures::future::pending::<()>().await;
                }))
            })
        };
        is_open.recv().unwrap();
        let waiting = pending(ctx.run((), |_lock, ()| 1.0));
        event.cancel();
        assert!(matches!(section.join().unwrap(), Err(RunError::Cancelled { .. })));
        assert_eq!(block_on(waiting).unwrap(), 1.0);
    });
}

#[test]
fn closing_the_context_ends_section_and_waiting() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (begun, is_open) = mpsc::channel();
        let section = {
            let event = ctx.event();
            thread::spawn(move || {
                block_on(event.critical_section((begun,), |_inside, (begun,)| async move {
                    begun.send(()).unwrap();
                    futures::future::pending::<()>().await;
                }))
            })
        };
        is_open.recv().unwrap();
        let waiting = pending(ctx.run((), |_lock, ()| ()));
        ctx.close();
        gone(block_on(waiting));
        gone(section.join().unwrap());
    });
}

/// Goes through two turns of its own.
#[isolate_fn]
async fn twice(ev: Event, n: f64) -> Result<f64, RunError> {
    let n = ev.run((n,), |_lock, (n,)| n * 2.0).await?;
    ev.run((n,), |_lock, (n,)| n * 2.0).await
}

#[test]
fn async_host_functions_of_the_section_pass_its_gate() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((twice {},)));
        let n = block_on(ctx.event().critical_section((), |inside, ()| async move {
            let follow = inside.try_run((), |lock, ()| {
                let promise = lock.eval("(async () => (await twice(1)) + (await twice(10)))()")?;
                Ok::<_, RunError>(lock.follow::<f64>(promise))
            });
            follow.await?.await
        }));
        assert_eq!(n.unwrap().unwrap(), 44.0);
    });
}

#[test]
fn an_event_from_before_the_section_waits() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (log, before) = (Log::default(), ctx.event());
        block_on(before.run((log.clone(),), |_lock, (log,)| log.push("before"))).unwrap();
        let (begun, is_open) = mpsc::channel();
        let (open, door) = oneshot::channel::<()>();
        let section = {
            let (event, log) = (ctx.event(), log.clone());
            thread::spawn(move || {
                block_on(event.critical_section((begun, Carry(door), log), |inside, (begun, door, log)| async move {
                    begun.send(()).unwrap();
                    door.0.await.unwrap();
                    inside.run((log,), |_lock, (log,)| log.push("section")).await
                }))
            })
        };
        is_open.recv().unwrap();
        let waiting = pending(before.run((log.clone(),), |_lock, (log,)| log.push("after")));
        open.send(()).unwrap();
        section.join().unwrap().unwrap().unwrap();
        block_on(waiting).unwrap();
        assert_eq!(log.lines(), ["before", "section", "after"]);
    });
}
