//! Who holds the isolate, and no wake-up is lost.

use super::model::{Act, Ledger, Model, Outcome, explore, poll_once};
use crate::protocol::entry::{Home, Job, lead, submit};
use loom::{future::block_on, thread};

fn sorted(mut log: Vec<u8>) -> Vec<u8> {
    log.sort_unstable();
    log
}

#[test]
fn loom_two_threads_race_for_one_isolate() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let first = Act::new(1, &ledger).spawn(&home);
        assert_eq!(block_on(Act::new(2, &ledger).future(&home)).outcome, Outcome::Ran(2));
        assert_eq!(first.join().unwrap(), Outcome::Ran(1));
        assert_eq!(sorted(home.log()), [1, 2]);
        assert_eq!(ledger.alive(), 0);
    });
}

/// Whoever holds it runs the turns of the others in its batch, or leaves them to their pollers.
#[test]
fn loom_three_submitters_drain_each_other() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let others = [1, 2].map(|name| Act::new(name, &ledger).spawn(&home));
        assert_eq!(block_on(Act::new(3, &ledger).future(&home)).outcome, Outcome::Ran(3));
        for (name, other) in [1, 2].into_iter().zip(others) {
            assert_eq!(other.join().unwrap(), Outcome::Ran(name));
        }
        assert_eq!(sorted(home.log()), [1, 2, 3]);
        assert_eq!(ledger.alive(), 0);
    });
}

/// Two turns in a row on each side, so that a thread comes back while the other's turns wait.
#[test]
fn loom_two_threads_come_again() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let other = {
            let futures = [1, 2].map(|name| Act::new(name, &ledger).future(&home));
            thread::spawn(move || futures.map(|future| block_on(future).outcome))
        };
        let own = [3, 4].map(|name| block_on(Act::new(name, &ledger).future(&home)).outcome);
        assert_eq!(own, [Outcome::Ran(3), Outcome::Ran(4)]);
        assert_eq!(other.join().unwrap(), [Outcome::Ran(1), Outcome::Ran(2)]);
        let log = home.log();
        for pair in [[1, 2], [3, 4]] {
            assert_eq!(log.iter().copied().filter(|name| pair.contains(name)).collect::<Vec<_>>(), pair);
        }
    });
}

/// The head is woken, and its future dropped instead of polled: the one behind it must be woken in its place.
#[test]
fn loom_head_is_woken_then_dropped() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let hold = home.queue().try_enter().unwrap();
        let mut head = Act::new(1, &ledger).future(&home);
        assert!(poll_once(&mut head).is_pending());
        let behind = Act::new(2, &ledger).spawn(&home);
        let dropper = thread::spawn(move || drop(head));
        drop(hold);
        dropper.join().unwrap();
        assert_eq!(behind.join().unwrap(), Outcome::Ran(2));
        // The one behind may have run the head, too, before it was dropped.
        assert!(matches!(*home.log(), [2] | [1, 2] | [2, 1]));
        assert_eq!(ledger.alive(), 0);
    });
}

/// A newcomer takes the isolate between the release and the head's coming.
#[test]
fn loom_barger_between_release_and_head() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let barger = {
            let home = home.clone();
            thread::spawn(move || match home.queue().try_enter() {
                // Lets go without a look at the list, as a turn does that has used up its batch.
                Ok(hold) => {
                    home.inside(|inside| inside.log.push(9));
                    hold.release();
                    true
                }
                Err(_) => false,
            })
        };
        let head = Act::new(1, &ledger).spawn(&home);
        assert_eq!(block_on(Act::new(2, &ledger).future(&home)).outcome, Outcome::Ran(2));
        assert_eq!(head.join().unwrap(), Outcome::Ran(1));
        let barged = barger.join().unwrap();
        assert_eq!(sorted(home.log()).len(), 2 + usize::from(barged));
    });
}

/// The kick may come while the isolate is still held, or when nobody holds it any more.
#[test]
fn loom_kick_races_release() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let runtime = home.serve();
        let holder = {
            let home = home.clone();
            thread::spawn(move || {
                if let Ok(hold) = home.queue().try_enter() {
                    home.inside(|inside| inside.log.push(9));
                    hold.release();
                }
            })
        };
        assert_eq!(block_on(Act::new(1, &ledger).offloaded(&home)).outcome, Outcome::Ran(1));
        holder.join().unwrap();
        runtime.join();
        assert!(home.log().contains(&1));
        assert_eq!(ledger.alive(), 0);
    });
}

/// Nobody polls it, so somebody else must run it: the holder in its batch, or the runtime's thread.
#[test]
fn loom_detached_turn_is_run_by_somebody() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let runtime = home.serve();
        let holder = Act::new(1, &ledger).spawn(&home);
        submit(&*home, Act::new(2, &ledger).detached(&home));
        assert_eq!(holder.join().unwrap(), Outcome::Ran(1));
        runtime.join();
        assert_eq!(sorted(home.log()), [1, 2]);
        assert_eq!(ledger.alive(), 0);
    });
}

/// Pollers that can't go inside leave everything to the runtime's thread.
#[test]
fn loom_pool_runs_everything() {
    explore(|| {
        let (home, ledger) = (Model::pool(), Ledger::new());
        let runtime = home.serve();
        let other = Act::new(1, &ledger).spawn(&home);
        assert_eq!(block_on(Act::new(2, &ledger).future(&home)).outcome, Outcome::Ran(2));
        assert_eq!(other.join().unwrap(), Outcome::Ran(1));
        runtime.join();
        assert_eq!(sorted(home.log()), [1, 2]);
    });
}

/// A holder that has used up its batch leaves the rest to the one it wakes.
#[test]
fn loom_left_over_turns_find_a_leader() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let runtime = home.serve();
        let mut hold = home.queue().try_enter().unwrap();
        for name in [1, 2] {
            submit(&*home, Act::new(name, &ledger).detached(&home));
        }
        let polled = Act::new(3, &ledger).spawn(&home);
        // A batch of one.
        let job = hold.next().unwrap();
        home.inside(|inside| Job::run(job, inside));
        hold.release();
        assert_eq!(polled.join().unwrap(), Outcome::Ran(3));
        runtime.join();
        let log = home.log();
        assert_eq!(
            log.iter().copied().filter(|name| *name < 3).collect::<Vec<_>>(),
            [1, 2],
            "first come, first served"
        );
        assert_eq!(log.len(), 3);
    });
}

/// What a holder did inside is seen by the next one; the leader's own turn is one of them.
#[test]
fn loom_lead_runs_what_was_submitted_before() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let hold = home.queue().try_enter().unwrap();
        let submitter = {
            let (home, job) = (home.clone(), Act::new(1, &ledger).detached(&home));
            thread::spawn(move || submit(&*home, job))
        };
        lead(&*home, hold, |inside| inside.log.push(0));
        submitter.join().unwrap();
        // It came too late for the batch: then its submitter found the isolate free, and asked for a leader.
        if home.queue().has_waiting() {
            assert!(home.was_kicked());
            lead(&*home, home.queue().lead().unwrap(), |_| ());
        }
        assert_eq!(home.log(), [0, 1]);
    });
}
