//! Futures that are dropped before their turn's end.

use super::model::{Act, Ledger, Model, Outcome, explore, poll_once};
use crate::protocol::entry::{Home, lead, submit};
use loom::{future::block_on, thread};

/// The turn is dropped while it waits or while the holder runs it: it runs or not, but what it took along is dropped
/// once, and the other one runs.
#[test]
fn loom_drop_races_the_holder_that_runs_it() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let hold = home.queue().try_enter().unwrap();
        let mut dropped = Act::new(1, &ledger).future(&home);
        assert!(poll_once(&mut dropped).is_pending());
        let mut kept = Act::new(2, &ledger).future(&home);
        assert!(poll_once(&mut kept).is_pending());
        let dropper = thread::spawn(move || drop(dropped));
        lead(&*home, hold, |_| ());
        dropper.join().unwrap();
        assert_eq!(block_on(kept).outcome, Outcome::Ran(2));
        assert!(matches!(*home.log(), [2] | [1, 2]));
        assert_eq!((ledger.alive(), ledger.refused()), (0, 0));
    });
}

/// Two futures drop at once, from the head and from behind it, while the isolate is let go: the third is woken.
#[test]
fn loom_two_drops_race_the_release() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let hold = home.queue().try_enter().unwrap();
        let droppers = [1, 2].map(|name| {
            let mut future = Act::new(name, &ledger).future(&home);
            assert!(poll_once(&mut future).is_pending());
            future
        });
        let kept = Act::new(3, &ledger).spawn(&home);
        let droppers = droppers.map(|future| thread::spawn(move || drop(future)));
        hold.release();
        for dropper in droppers {
            dropper.join().unwrap();
        }
        assert_eq!(kept.join().unwrap(), Outcome::Ran(3));
        assert!(home.log().contains(&3));
        assert_eq!(ledger.alive(), 0);
    });
}

/// The head of a free isolate is dropped, and behind it stands a turn that nobody polls: the runtime's thread must come.
#[test]
fn loom_drop_of_the_head_leaves_a_detached_turn() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let runtime = home.serve();
        let hold = home.queue().try_enter().unwrap();
        let mut head = Act::new(1, &ledger).future(&home);
        assert!(poll_once(&mut head).is_pending());
        let dropper = thread::spawn(move || drop(head));
        submit(&*home, Act::new(2, &ledger).detached(&home));
        hold.release();
        dropper.join().unwrap();
        runtime.join();
        assert!(home.log().contains(&2));
        assert_eq!(ledger.alive(), 0);
    });
}

/// A future that was polled on one thread goes on in another task.
#[test]
fn loom_future_moves_to_another_task() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let holder = Act::new(1, &ledger).spawn(&home);
        let mut moving = Act::new(2, &ledger).future(&home);
        match poll_once(&mut moving) {
            std::task::Poll::Ready(output) => assert_eq!(output.outcome, Outcome::Ran(2)),
            std::task::Poll::Pending => assert_eq!(block_on(moving).outcome, Outcome::Ran(2)),
        }
        assert_eq!(holder.join().unwrap(), Outcome::Ran(1));
        assert_eq!(home.log().len(), 2);
        assert_eq!(ledger.alive(), 0);
    });
}

/// An offloaded turn is dropped while the runtime's thread comes for it: an empty stay harms nobody.
#[test]
fn loom_drop_races_the_runtimes_thread() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let runtime = home.serve();
        let mut offloaded = Act::new(1, &ledger).offloaded(&home);
        let _ = poll_once(&mut offloaded);
        let other = Act::new(2, &ledger).spawn(&home);
        drop(offloaded);
        assert_eq!(other.join().unwrap(), Outcome::Ran(2));
        runtime.join();
        assert!(matches!(*home.log(), [2] | [1, 2] | [2, 1]));
        assert_eq!(ledger.alive(), 0);
    });
}
