//! Cancellation reaches every child and every waiter; the last piece of work wakes who waits for idleness.

use super::model::explore;
use crate::protocol::{event::EventState, sync::Arc, termination::Request};
use loom::{future::block_on, thread};
use std::panic::Location;

fn root() -> Arc<EventState> {
    EventState::root(Location::caller())
}

#[test]
fn loom_cancel_races_child_creation() {
    explore(|| {
        let event = root();
        let canceller = {
            let event = event.clone();
            thread::spawn(move || event.cancel())
        };
        let child = event.child(1, 0, Location::caller());
        let grandchild = child.child(2, 0, Location::caller());
        assert!(canceller.join().unwrap());
        assert!(event.is_cancelled() && child.is_cancelled() && grandchild.is_cancelled());
    });
}

#[test]
fn loom_cancel_races_wait() {
    explore(|| {
        let event = root();
        let child = event.child(1, 0, Location::caller());
        let canceller = {
            let event = event.clone();
            thread::spawn(move || event.cancel())
        };
        block_on(child.cancelled());
        assert!(child.is_cancelled());
        assert!(canceller.join().unwrap());
    });
}

/// Two waiters; the one whose wait is dropped takes nobody else's place.
#[test]
fn loom_cancel_races_a_dropped_wait() {
    explore(|| {
        let event = root();
        let waiter = {
            let event = event.clone();
            thread::spawn(move || block_on(event.cancelled()))
        };
        let canceller = {
            let event = event.clone();
            thread::spawn(move || event.cancel())
        };
        let mut dropped = event.cancelled();
        let _ = super::model::poll_once(&mut dropped);
        drop(dropped);
        waiter.join().unwrap();
        assert!(canceller.join().unwrap());
    });
}

/// Exactly one of two cancels is the one; the request of a termination is known to who sees the cancellation.
#[test]
fn loom_terminate_races_cancel() {
    explore(|| {
        let event = root();
        let child = event.child(1, 0, Location::caller());
        let request = Request::HeapLimit(1);
        let terminator = {
            let event = event.clone();
            thread::spawn(move || event.terminate(request))
        };
        let own = child.cancel();
        let own_event = event.is_cancelled();
        if own_event {
            assert_eq!(event.terminated(), Some(request), "the reason comes before the mark");
        }
        assert!(terminator.join().unwrap());
        assert_eq!(child.terminated(), Some(request));
        assert!(own || child.is_cancelled());
    });
}

#[test]
fn loom_last_work_wakes_who_waits_for_idle() {
    explore(|| {
        let event = root();
        let child = event.child(1, 0, Location::caller());
        let works = [event.work(), child.work()];
        let workers = works.map(|work| thread::spawn(move || drop(work)));
        block_on(event.idle());
        assert_eq!(event.pending(), 0);
        for worker in workers {
            worker.join().unwrap();
        }
        block_on(child.idle());
    });
}

/// One piece of work hands over to the next before it ends: who waits for idleness doesn't see a gap.
#[test]
fn loom_idle_sees_no_gap_between_works() {
    explore(|| {
        let event = root();
        let done = Arc::new(loom::sync::atomic::AtomicBool::new(false));
        let first = event.work();
        let worker = {
            let (event, done) = (event.clone(), done.clone());
            thread::spawn(move || {
                let second = event.child(1, 0, Location::caller()).work();
                drop(first);
                done.store(true, loom::sync::atomic::Ordering::Relaxed);
                drop(second);
            })
        };
        block_on(event.idle());
        assert!(done.load(loom::sync::atomic::Ordering::Relaxed), "idle before the second piece of work was done");
        worker.join().unwrap();
    });
}

/// Terminating something finds what it started, at any time.
#[test]
fn loom_has_below_races_terminate() {
    explore(|| {
        let event = root();
        let child = event.child(1, 0, Location::caller());
        let grandchild = child.child(2, 0, Location::caller());
        let terminator = {
            let event = event.clone();
            thread::spawn(move || event.terminate(Request::HeapLimit(1)))
        };
        assert!(event.has_below(2));
        assert!(terminator.join().unwrap());
        assert!(event.has_below(2), "also after the end");
        assert!(grandchild.is_within(0));
    });
}
