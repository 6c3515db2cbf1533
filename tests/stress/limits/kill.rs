//! A context is killed while its turn runs.

use crate::support::{HOMES, number, scaled, stage, until};
use isolock::{
    prelude::*,
    protocol::{liveness::Why, termination::Request},
};
use isolock_tests::{block_on, context, watched};
use std::{sync::mpsc, thread};

fn assert_killed<T: std::fmt::Debug>(result: Result<T, RunError>) {
    match result {
        Err(RunError::Terminated(Request::ContextKilled(at))) => assert!(at.file().ends_with("kill.rs"), "{at}"),
        other => panic!("{other:?}"),
    }
}

/// Starts `source` in a turn that says when it has begun, and kills the context then.
fn kill_during(ctx: &IoContext, source: &'static str) -> Result<(), RunError> {
    let (sender, entered) = mpsc::channel();
    let run = ctx.try_run((sender, source), |lock, (sender, source)| {
        sender.send(()).unwrap();
        lock.eval(source).map(drop)
    });
    let turn = thread::spawn(move || block_on(run));
    entered.recv().unwrap();
    ctx.kill();
    turn.join().unwrap()
}

#[test]
fn kill_ends_the_running_turn_and_spares_the_other_context() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, other) = stage(IsolateOptions::new().home(home));
            for source in [
                "for(;;);",
                "Promise.resolve().then(() => { for(;;); })",
                "for(;;) try { for(;;); } finally { continue }",
            ] {
                let ctx = context(&isolate);
                assert_killed(kill_during(&ctx, source));
                match block_on(ctx.eval::<()>("1")) {
                    Err(RunError::Gone(gone)) => assert_eq!(gone.why(), Why::Killed),
                    other => panic!("{other:?}"),
                }
                assert_eq!(number(&other, "4"), 4.0);
            }
            until(|| isolate.stats().contexts == 1);
        }
    });
}

/// The microtasks that a killed context left behind must not run on without anybody who could end them.
#[test]
fn kill_takes_the_microtasks_of_the_context_along() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, other) = stage(IsolateOptions::new().home(home));
            let ctx = context(&isolate);
            assert_killed(kill_during(&ctx, "Promise.resolve().then(() => { for(;;); }); for(;;);"));
            assert_eq!(number(&other, "5"), 5.0);
            until(|| isolate.stats().contexts == 1);
        }
    });
}

/// The same in a group, whose queue the killed context shares: the reactions of the others survive.
#[test]
fn kill_in_a_group_keeps_the_reactions_of_the_others() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, _ctx) = stage(IsolateOptions::new().home(home));
            let group = isolate.group();
            let member = || block_on(isolate.context(ContextOptions::new().group(&group)).build()).unwrap();
            let (a, b) = (member(), member());
            block_on(b.eval::<()>("globalThis.ran = 0; globalThis.gate = new Promise(r => { globalThis.open = r }); gate.then(() => { ran++ }); 0"))
                .unwrap();
            let (sender, entered) = mpsc::channel();
            let run = a.try_run((sender, b.downgrade()), |lock, (sender, b)| {
                lock.in_context(&b, (), |lock, ()| lock.eval("open()").map(drop))??;
                sender.send(()).unwrap();
                lock.eval("for(;;);").map(drop)
            });
            let turn = thread::spawn(move || block_on(run));
            entered.recv().unwrap();
            a.kill();
            assert_killed(turn.join().unwrap());
            assert_eq!(number(&b, "ran"), 1.0);
        }
    });
}

/// A killed context's own microtasks in the group's queue must not run on for ever either.
#[test]
fn kill_in_a_group_ends_what_the_context_left_in_the_queue() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, _ctx) = stage(IsolateOptions::new().home(home));
            let group = isolate.group();
            let member = || block_on(isolate.context(ContextOptions::new().group(&group)).build()).unwrap();
            let (a, b) = (member(), member());
            assert_killed(kill_during(&a, "Promise.resolve().then(() => { for(;;); }); for(;;);"));
            assert_eq!(number(&b, "6"), 6.0);
        }
    });
}

/// A kill may come at any moment of a turn's beginning; none is lost.
#[test]
fn a_kill_that_races_with_the_begin_of_a_turn_is_not_lost() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, _ctx) = stage(IsolateOptions::new().home(home));
            let (sender, receiver) = mpsc::channel::<IoContext>();
            let killer = thread::spawn(move || {
                for (round, ctx) in receiver.into_iter().enumerate() {
                    for _ in 0..round % 40 * 20 {
                        std::hint::spin_loop();
                    }
                    ctx.kill();
                }
            });
            for _ in 0..scaled(700) {
                let ctx = context(&isolate);
                let endless = ctx.try_run((), |lock, ()| lock.eval("for(;;);").map(drop));
                sender.send(ctx).unwrap();
                match block_on(endless) {
                    Err(RunError::Terminated(Request::ContextKilled(_)) | RunError::Gone(_)) => {}
                    other => panic!("{other:?}"),
                }
            }
            drop(sender);
            killer.join().unwrap();
        }
    });
}
