//! Promises that are followed, when a terminated turn takes their reactions along.

use crate::support::{HOMES, number, poll_once, stage};
use futures::future::{FutureExt, join_all};
use isolock::{prelude::*, protocol::termination::Request};
use isolock_tests::{block_on, watched};
use std::time::Duration;

const LIMIT: Duration = Duration::from_millis(400);

#[test]
fn followers_of_lost_reactions_are_told() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, _ctx) = stage(IsolateOptions::new().home(home).turn_limit(LIMIT));
            let group = isolate.group();
            let member = || block_on(isolate.context(ContextOptions::new().group(&group)).build()).unwrap();
            let (a, b) = (member(), member());
            block_on(a.eval::<()>("globalThis.gate = new Promise(resolve => { globalThis.open = resolve }); 0"))
                .unwrap();
            block_on(b.eval::<()>("globalThis.gate = new Promise(resolve => { globalThis.open = resolve }); 0"))
                .unwrap();
            // They wait for promises that are settled below, in front of and behind the job that never ends.
            let mut followers: Vec<_> = (0..10).map(|_| a.eval::<f64>("gate.then(x => x + 1)").boxed()).collect();
            let mut elsewhere = b.eval::<f64>("gate").boxed();
            for follower in followers.iter_mut().chain([&mut elsewhere]) {
                assert!(poll_once(follower).is_pending());
            }
            crate::support::until(|| isolate.stats().waiting == 0);
            number(&a, "1");
            let ended = block_on(a.eval::<()>("Promise.resolve().then(() => { for(;;); }); open(1)"));
            assert!(matches!(ended, Err(RunError::Terminated(Request::TimeLimit(LIMIT)))), "{ended:?}");
            for result in block_on(join_all(followers)).into_iter().chain([block_on(elsewhere)]) {
                assert!(matches!(result, Err(RunError::Terminated(Request::TimeLimit(LIMIT)))), "{result:?}");
            }
            assert_eq!(number(&a, "gate.then(x => x + 1)"), 2.0);
            assert_eq!(number(&b, "open(5); gate"), 5.0);
        }
    });
}

/// Another group's queue isn't touched, and neither is what the same group asks for afterwards.
#[test]
fn followers_of_other_groups_are_left_alone() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, a) = stage(IsolateOptions::new().home(home).turn_limit(LIMIT));
            let b = isolock_tests::context(&isolate);
            block_on(b.eval::<()>("globalThis.gate = new Promise(resolve => { globalThis.open = resolve }); 0"))
                .unwrap();
            let mut follower = b.eval::<f64>("gate").boxed();
            assert!(poll_once(&mut follower).is_pending());
            let ended = block_on(a.eval::<()>("Promise.resolve().then(() => { for(;;); })"));
            assert!(matches!(ended, Err(RunError::Terminated(_))), "{ended:?}");
            assert!(poll_once(&mut follower).is_pending());
            block_on(b.eval::<()>("open(7)")).unwrap();
            assert_eq!(block_on(follower).unwrap(), 7.0);
        }
    });
}

/// Reactions in front of the endless job have run, and their followers have their values.
#[test]
fn followers_before_the_endless_job_get_their_value() {
    watched(|| {
        for home in HOMES {
            let (_fixture, _isolate, ctx) = stage(IsolateOptions::new().home(home).turn_limit(LIMIT));
            let run = ctx.try_run((), |lock, ()| {
                let first = lock.eval("globalThis.p = Promise.resolve(1).then(x => x + 1); p")?;
                let first = lock.follow::<f64>(first);
                let promise = lock.eval("p.then(() => { for(;;); })")?;
                let second = lock.follow::<f64>(promise);
                let third = lock.eval("p.then(() => 1).then(() => 1)")?;
                Ok((first, second, lock.follow::<f64>(third)))
            });
            let (sender, seen) = std::sync::mpsc::channel();
            let ended =
                block_on(run.map(|result: Result<_, RunError>| result.map(|follow| sender.send(follow).unwrap())));
            // The turn itself ended with the limit, and with it what it would have returned.
            assert!(matches!(ended, Err(RunError::Terminated(_))), "{ended:?}");
            assert!(seen.try_recv().is_err());
            assert_eq!(number(&ctx, "p"), 2.0);
        }
    });
}

/// The same with the followers sent out of the turn.
#[test]
fn followers_sent_out_of_the_terminated_turn_are_all_told() {
    watched(|| {
        for home in HOMES {
            let (_fixture, _isolate, ctx) = stage(IsolateOptions::new().home(home).turn_limit(LIMIT));
            let (sender, seen) = std::sync::mpsc::channel();
            let run = ctx.try_run((sender,), |lock, (sender,)| {
                for source in [
                    "globalThis.p = Promise.resolve(1).then(x => x + 1)",
                    "p.then(() => { for(;;); })",
                    "p.then(() => 3)",
                ] {
                    let promise = lock.eval(source)?;
                    sender.send(lock.follow::<f64>(promise)).unwrap();
                }
                Ok(())
            });
            let ended: Result<(), RunError> = block_on(run);
            assert!(matches!(ended, Err(RunError::Terminated(_))), "{ended:?}");
            let results: Vec<_> = seen.iter().map(block_on).collect();
            assert_eq!(results.len(), 3);
            for result in &results[1..] {
                assert!(matches!(result, Err(RunError::Terminated(Request::TimeLimit(LIMIT)))), "{results:?}");
            }
        }
    });
}
