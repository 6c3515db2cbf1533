//! The tree of events.

use isolock::protocol::{event::EventState, termination::Request};
use std::{panic::Location, sync::Arc};

fn root() -> Arc<EventState> {
    EventState::root(Location::caller())
}

/// Each asynchronous call that is made from the continuation of another is a child of a child. A loop in JS makes such
/// chains as long as it likes.
#[test]
fn r9_a_long_chain_of_events_ends_without_overflow() {
    const LENGTH: u64 = 200_000;
    let first = root();
    let mut last = first.clone();
    for id in 1..LENGTH {
        last = last.child(id, u64::from(id == 1), Location::caller());
    }
    assert!(last.is_within(0) && first.has_below(LENGTH - 1) && !first.has_below(LENGTH));
    assert!(last.any_section(&mut |section| section == 1) && !last.any_section(&mut |section| section == 2));
    let work = last.work();
    assert_eq!(first.pending(), 1);
    drop(work);
    assert_eq!(first.pending(), 0);
    assert!(first.terminate(Request::HeapLimit(1)));
    assert!(last.is_cancelled());
    assert_eq!(last.terminated(), Some(Request::HeapLimit(1)));
    drop(first);
    drop(last);
}

#[test]
fn r9_what_an_event_started_is_found_after_its_end() {
    let event = root();
    let child = event.child(1, 0, Location::caller());
    let grandchild = child.child(2, 0, Location::caller());
    let stranger = root().child(3, 0, Location::caller());
    assert!(event.terminate(Request::HeapLimit(1)));
    assert!(event.has_below(1) && event.has_below(2) && child.has_below(2));
    assert!(!event.has_below(3) && !child.has_below(1), "neither strangers nor those above");
    drop((child, grandchild, stranger));
    assert!(!event.has_below(1) && !event.has_below(2), "what is gone is forgotten");
}

#[test]
fn r9_cancelling_ends_what_is_below_and_nothing_else() {
    let event = root();
    let (left, right) = (event.child(1, 0, Location::caller()), event.child(2, 0, Location::caller()));
    let below = left.child(3, 0, Location::caller());
    assert!(left.cancel() && !left.cancel());
    assert!(left.is_cancelled() && below.is_cancelled() && !event.is_cancelled() && !right.is_cancelled());
    assert!(left.child(4, 0, Location::caller()).is_cancelled(), "born cancelled");
    assert_eq!(below.terminated(), None, "cancelled is not terminated");
    assert!(event.terminate(Request::HeapLimit(1)) && !event.terminate(Request::HeapLimit(2)));
    for ended in [&event, &left, &right, &below] {
        assert_eq!(ended.terminated(), Some(Request::HeapLimit(1)), "the first reason");
    }
}
