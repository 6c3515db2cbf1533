//! Requests reach the turn they are addressed to, or nobody.

use super::model::explore;
use crate::protocol::{
    sync::{Arc, AtomicBool, Ordering},
    termination::{Address, Brake, Request, Termination},
    turn_record::{Kind, TurnRecord},
};
use loom::thread;
use std::{panic::Location, time::Duration};

/// V8's termination: pulled until it is released.
#[derive(Default)]
struct Lever(AtomicBool);

impl Brake for Lever {
    fn pull(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn release(&self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Lever {
    fn is_pulled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

type Subject = Arc<Termination<Lever>>;

fn subject() -> Subject {
    Arc::new(Termination::new(Lever(AtomicBool::new(false))))
}

fn record(turn: u64, limit: bool) -> TurnRecord {
    let now = std::time::Instant::now();
    TurnRecord {
        isolate: 1,
        turn,
        kind: Kind::Enter,
        context: turn,
        event: turn,
        entered: Location::caller(),
        function: None,
        thread: std::thread::current().id(),
        began: limit.then_some(now),
        deadline: limit.then_some(now),
    }
}

fn is_clean(subject: &Subject) -> bool {
    !subject.is_killed() && !subject.brake().is_pulled()
}

#[test]
fn loom_late_request_never_hits_the_next_turn() {
    explore(|| {
        let subject = subject();
        let request = Request::Terminate(Location::caller());
        let requester = {
            let subject = subject.clone();
            thread::spawn(move || subject.request(Address::Turn(1), request))
        };
        subject.begin(record(1, false));
        let first = subject.end();
        assert!(is_clean(&subject), "the next turn begins with a clean brake");
        subject.begin(record(2, false));
        assert!(is_clean(&subject));
        assert_eq!(subject.end(), None);
        assert!(is_clean(&subject));
        let hit = requester.join().unwrap();
        assert_eq!(first, hit.then_some(request), "who is told that it hit is the reason of the end");
    });
}

/// By context instead of by turn, and from two sides: the first reason stays, and both hit or neither.
#[test]
fn loom_two_requests_give_one_reason() {
    explore(|| {
        let subject = subject();
        let requests = [Request::HeapLimit(1), Request::HeapLimit(2)];
        let requesters = requests.map(|request| {
            let subject = subject.clone();
            thread::spawn(move || subject.request(Address::Context(1), request))
        });
        subject.begin(record(1, false));
        let reason = subject.end();
        assert!(is_clean(&subject));
        let hits = requesters.map(|requester| requester.join().unwrap());
        match reason {
            Some(reason) => assert!(requests.into_iter().zip(hits).any(|(request, hit)| hit && request == reason)),
            None => assert_eq!(hits, [false, false]),
        }
        assert!(is_clean(&subject));
        assert_eq!(subject.end(), None, "nothing is left for the next turn");
    });
}

/// The watchdog looks while the turn ends and the next one begins, which has no deadline.
#[test]
fn loom_watchdog_races_the_end() {
    explore(|| {
        let subject = subject();
        let watchdog = {
            let subject = subject.clone();
            let later = std::time::Instant::now() + Duration::from_secs(1);
            thread::spawn(move || {
                subject.tick(later);
                subject.tick(later)
            })
        };
        subject.begin(record(1, true));
        let reason = subject.end();
        assert!(matches!(reason, None | Some(Request::TimeLimit(_))));
        subject.begin(record(2, false));
        assert!(is_clean(&subject));
        assert_eq!(subject.end(), None);
        watchdog.join().unwrap();
        assert!(is_clean(&subject));
    });
}

/// A request that a running turn sees is repeated by the watchdog and taken back once.
#[test]
fn loom_request_races_watchdog_and_end() {
    explore(|| {
        let subject = subject();
        subject.begin(record(1, true));
        let request = Request::ContextKilled(Location::caller());
        let requester = {
            let subject = subject.clone();
            thread::spawn(move || subject.request(Address::Running, request))
        };
        let watchdog = {
            let subject = subject.clone();
            let later = std::time::Instant::now() + Duration::from_secs(1);
            thread::spawn(move || subject.tick(later).is_some())
        };
        let seen = subject.is_killed();
        let reason = subject.end();
        assert!(!seen || reason.is_some(), "a turn that saw the mark is told why");
        assert!(is_clean(&subject));
        let (hit, ticked) = (requester.join().unwrap(), watchdog.join().unwrap());
        assert_eq!(reason.is_some(), hit || ticked);
        assert!(is_clean(&subject));
    });
}
