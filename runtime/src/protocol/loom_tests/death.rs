//! Contexts that die and isolates that are shut down while turns wait.

use super::model::{Act, Ledger, Model, Outcome, World, explore, poll_once};
use crate::protocol::{
    entry::{Home, lead, submit},
    sync::Arc,
    turn_queue::Submitted,
};
use loom::{future::block_on, thread};

/// Shuts a home down as the V8 layer does. `false` if somebody else did.
fn shut_down(home: &Arc<Model>, ledger: &Arc<Ledger>, last: u8) -> bool {
    let (failed, submitted) = home.queue().close(Act::new(last, ledger).detached(home));
    for job in failed {
        job.fail();
    }
    match submitted {
        Submitted::Queued => true,
        Submitted::Lead(hold) => {
            drop(hold);
            true
        }
        Submitted::Closed(_) => false,
    }
}

/// Its turn runs or is refused, once; the turn of the other context runs.
#[test]
fn loom_context_dies_while_turns_wait() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let dying = World::new(7);
        let victim = Act::new(1, &ledger).of(&dying).spawn(&home);
        let other = Act::new(2, &ledger).of(&World::new(8)).spawn(&home);
        dying.end(&home);
        let victim = victim.join().unwrap();
        assert!(matches!(victim, Outcome::Ran(1) | Outcome::Gone));
        assert_eq!(other.join().unwrap(), Outcome::Ran(2));
        let log = home.log();
        assert_eq!(log.contains(&1), victim == Outcome::Ran(1));
        assert!(log.contains(&2));
        assert_eq!((ledger.alive(), ledger.ran() + ledger.refused()), (0, 2));
    });
}

/// The dead context's turn was at the head of a free isolate: the next one is woken.
#[test]
fn loom_death_of_the_head_wakes_the_next() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let dying = World::new(7);
        let hold = home.queue().try_enter().unwrap();
        let mut head = Act::new(1, &ledger).of(&dying).future(&home);
        assert!(poll_once(&mut head).is_pending());
        let behind = Act::new(2, &ledger).spawn(&home);
        let killer = {
            let home = home.clone();
            thread::spawn(move || dying.end(&home))
        };
        hold.release();
        assert_eq!(behind.join().unwrap(), Outcome::Ran(2));
        killer.join().unwrap();
        // The one behind may have run it, too, before it died.
        let head = block_on(head).outcome;
        assert!(matches!(head, Outcome::Ran(1) | Outcome::Gone));
        assert_eq!(home.log().len(), ledger.ran());
        assert_eq!((ledger.alive(), ledger.ran() + ledger.refused()), (0, 2));
    });
}

/// The last turn runs once, and after it nothing; who waits or comes later is refused.
#[test]
fn loom_shutdown_races_turns() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let runtime = home.serve();
        let turn = Act::new(1, &ledger).spawn(&home);
        let detached = {
            let (home, job) = (home.clone(), Act::new(2, &ledger).detached(&home));
            thread::spawn(move || submit(&*home, job))
        };
        assert!(shut_down(&home, &ledger, 9));
        let outcome = turn.join().unwrap();
        detached.join().unwrap();
        runtime.join();
        let log = home.log();
        assert_eq!(log.iter().filter(|name| **name == 9).count(), 1);
        assert_eq!(log.last(), Some(&9), "nothing runs after the last turn");
        assert!(matches!(outcome, Outcome::Ran(1) | Outcome::Closed));
        assert_eq!(log.contains(&1), outcome == Outcome::Ran(1));
        assert_eq!((ledger.alive(), ledger.ran() + ledger.refused()), (0, 3));
    });
}

/// Whoever closes a free isolate may run the last turn itself, and sees what the turn before did.
#[test]
fn loom_closer_leads_the_last_turn() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let turn = Act::new(1, &ledger).spawn(&home);
        let (failed, submitted) = home.queue().close(Act::new(9, &ledger).detached(&home));
        for job in failed {
            job.fail();
        }
        if let Submitted::Lead(hold) = submitted {
            lead(&*home, hold, |_| ());
        }
        let outcome = turn.join().unwrap();
        // The one that was inside may have let go before it saw the last turn.
        if home.queue().has_waiting() {
            assert!(home.was_kicked());
            lead(&*home, home.queue().lead().unwrap(), |_| ());
        }
        let log = home.log();
        match outcome {
            Outcome::Ran(1) => assert_eq!(log, [1, 9]),
            Outcome::Closed => assert_eq!(log, [9]),
            other => panic!("{other:?}"),
        }
    });
}

/// The holder is inside with more to run when the queue closes: what it has begun ends, the rest is refused, and the last
/// turn is in its batch or is kicked.
#[test]
fn loom_shutdown_while_a_batch_runs() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let runtime = home.serve();
        let hold = home.queue().try_enter().unwrap();
        let mut waiting = Act::new(1, &ledger).future(&home);
        assert!(poll_once(&mut waiting).is_pending());
        let closer = {
            let (home, ledger) = (home.clone(), ledger.clone());
            thread::spawn(move || shut_down(&home, &ledger, 9))
        };
        lead(&*home, hold, |inside| inside.log.push(0));
        assert!(closer.join().unwrap());
        let outcome = block_on(waiting).outcome;
        runtime.join();
        let log = home.log();
        match outcome {
            Outcome::Ran(1) => assert_eq!(log, [0, 1, 9]),
            Outcome::Closed => assert_eq!(log, [0, 9]),
            other => panic!("{other:?}"),
        }
        assert_eq!((ledger.alive(), ledger.ran() + ledger.refused()), (0, 2));
    });
}

/// Two shut it down at once, while a newcomer tries to get in.
#[test]
fn loom_two_shutdowns_give_one_last_turn() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let runtime = home.serve();
        let other = {
            let (home, ledger) = (home.clone(), ledger.clone());
            thread::spawn(move || shut_down(&home, &ledger, 8))
        };
        let own = shut_down(&home, &ledger, 9);
        assert_eq!(block_on(Act::new(1, &ledger).future(&home)).outcome, Outcome::Closed);
        let other = other.join().unwrap();
        runtime.join();
        assert!(own ^ other);
        assert_eq!(home.log(), [if own { 9 } else { 8 }]);
        assert_eq!(ledger.alive(), 0);
    });
}
