//! One input, one output, whoever comes first.

use super::model::{Ledger, Token, explore};
use crate::protocol::{
    sync::Arc,
    turn_slot::{Abandoned, TurnSlot},
};
use loom::{future::block_on, thread};
use std::{future::poll_fn, task::Poll};

type Slot = Arc<TurnSlot<Token, Token>>;

fn slot(ledger: &Arc<Ledger>) -> Slot {
    Arc::new(TurnSlot::new(Token::new(ledger)))
}

/// Takes the input and finishes with a new output; says whether the input was there and whether the output was wanted.
fn run(slot: &Slot, ledger: &Arc<Ledger>) -> (bool, bool) {
    let Some(input) = slot.begin() else { return (false, false) };
    drop(input);
    (true, slot.finish(Token::new(ledger)).is_ok())
}

#[test]
fn loom_slot_run_races_fail() {
    explore(|| {
        let ledger = Ledger::new();
        let slot = slot(&ledger);
        let other = {
            let (slot, ledger) = (slot.clone(), ledger.clone());
            thread::spawn(move || run(&slot, &ledger).0)
        };
        let own = run(&slot, &ledger).0;
        assert!(own ^ other.join().unwrap(), "the input is taken exactly once");
        assert_eq!(ledger.alive(), 1, "the output waits");
        drop(slot);
        assert_eq!(ledger.alive(), 0);
    });
}

/// The waker is known before the look at the stage, so whoever finishes wakes the right task, or the look sees the output.
#[test]
fn loom_slot_finish_races_poll() {
    explore(|| {
        let ledger = Ledger::new();
        let slot = slot(&ledger);
        let runner = {
            let (slot, ledger) = (slot.clone(), ledger.clone());
            thread::spawn(move || run(&slot, &ledger))
        };
        drop(block_on(poll_fn(|cx| slot.poll(cx))));
        assert_eq!(runner.join().unwrap(), (true, true));
        assert_eq!(ledger.alive(), 0);
    });
}

/// The future moves from one task to another while the turn ends: the new task must hear of it.
#[test]
fn loom_slot_finish_races_a_second_task() {
    explore(|| {
        let ledger = Ledger::new();
        let slot = slot(&ledger);
        let runner = {
            let (slot, ledger) = (slot.clone(), ledger.clone());
            thread::spawn(move || run(&slot, &ledger))
        };
        let first = block_on(poll_fn(|cx| Poll::Ready(slot.poll(cx))));
        if first.is_pending() {
            drop(block_on(poll_fn(|cx| slot.poll(cx))));
        }
        drop(first);
        assert_eq!(runner.join().unwrap(), (true, true));
        assert_eq!(ledger.alive(), 0);
    });
}

/// A wake that doesn't end the turn ("the isolate is free") races with a poll by a new task.
#[test]
fn loom_slot_wake_races_a_second_task() {
    explore(|| {
        let ledger = Ledger::new();
        let slot = slot(&ledger);
        let free = Arc::new(loom::sync::atomic::AtomicBool::new(false));
        let waker = {
            let (slot, free) = (slot.clone(), free.clone());
            thread::spawn(move || {
                free.store(true, loom::sync::atomic::Ordering::Release);
                slot.wake()
            })
        };
        assert!(block_on(poll_fn(|cx| Poll::Ready(slot.poll(cx)))).is_pending());
        block_on(poll_fn(|cx| {
            let pending = slot.poll(cx).is_pending();
            let free = free.load(loom::sync::atomic::Ordering::Acquire);
            if pending && !free { Poll::Pending } else { Poll::Ready(()) }
        }));
        waker.join().unwrap();
    });
}

#[test]
fn loom_slot_finish_races_abandon() {
    explore(|| {
        let ledger = Ledger::new();
        let slot = slot(&ledger);
        let runner = {
            let (slot, ledger) = (slot.clone(), ledger.clone());
            thread::spawn(move || run(&slot, &ledger))
        };
        let abandoned = slot.abandon();
        let (begun, wanted) = runner.join().unwrap();
        match &abandoned {
            Abandoned::Waiting(_) => assert!(!begun),
            Abandoned::Running => assert!(begun && !wanted),
            Abandoned::Done(_) => assert!(begun && wanted),
            Abandoned::Spent => panic!("nobody took anything out"),
        }
        drop(abandoned);
        assert_eq!(ledger.alive(), 0);
    });
}

#[test]
fn loom_slot_put_back_races_abandon() {
    explore(|| {
        let ledger = Ledger::new();
        let slot = slot(&ledger);
        let runner = {
            let slot = slot.clone();
            thread::spawn(move || match slot.begin() {
                Some(input) => slot.put_back(input).is_ok(),
                None => false,
            })
        };
        drop(slot.abandon());
        runner.join().unwrap();
        assert_eq!(ledger.alive(), 0);
        assert!(slot.begin().is_none());
    });
}

/// A runner that panicked leaves word.
#[test]
fn loom_slot_lose_races_poll() {
    explore(|| {
        let ledger = Ledger::new();
        let slot = slot(&ledger);
        let runner = {
            let slot = slot.clone();
            thread::spawn(move || {
                drop(slot.begin());
                slot.lose();
            })
        };
        let polled = block_on(poll_fn(|cx| {
            let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| slot.poll(cx)));
            if matches!(polled, Ok(Poll::Pending)) { Poll::Pending } else { Poll::Ready(polled) }
        }));
        assert!(polled.is_err(), "it neither hangs nor gives anything");
        runner.join().unwrap();
        assert_eq!(ledger.alive(), 0);
    });
}
