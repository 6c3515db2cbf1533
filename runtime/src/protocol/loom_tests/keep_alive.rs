//! Stored callbacks: pending while they can be called, and released once.

use super::model::{explore, poll_once};
use crate::protocol::{
    event::EventState,
    keep_alive::KeepAlive,
    sync::{Arc, AtomicUsize, Ordering},
};
use loom::{future::block_on, thread};
use std::{
    panic::Location,
    task::{Context, Wake, Waker},
};

fn event() -> Arc<EventState> {
    EventState::root(Location::caller()).child(1, 0, Location::caller())
}

/// The last two parties let go at once: the event is idle, and who waits for that is woken.
#[test]
fn loom_last_parties_let_go() {
    explore(|| {
        let event = event();
        let keep = Arc::new(KeepAlive::new(&event));
        keep.reference();
        let parties = [(); 2].map(|()| {
            let keep = keep.clone();
            thread::spawn(move || keep.unreference())
        });
        block_on(event.idle());
        assert_eq!(event.pending(), 0);
        for party in parties {
            party.join().unwrap();
        }
        assert!(keep.is_open(), "it can be called by those that don't count");
    });
}

/// A party comes while another one goes: whoever is left counts.
#[test]
fn loom_a_party_comes_while_another_goes() {
    explore(|| {
        let event = event();
        let keep = Arc::new(KeepAlive::new(&event));
        let comes = {
            let keep = keep.clone();
            thread::spawn(move || keep.reference())
        };
        keep.unreference();
        comes.join().unwrap();
        assert_eq!(event.pending(), 1);
        keep.unreference();
        assert_eq!(event.pending(), 0);
    });
}

/// It is closed from two sides while a party comes and goes: closed once, and never pending again.
#[test]
fn loom_close_races_parties() {
    explore(|| {
        let event = event();
        let keep = Arc::new(KeepAlive::new(&event));
        let party = {
            let keep = keep.clone();
            thread::spawn(move || {
                keep.reference();
                keep.count(true);
            })
        };
        let closes = {
            let keep = keep.clone();
            thread::spawn(move || keep.close())
        };
        let first = keep.close();
        assert_ne!(first, closes.join().unwrap(), "one of them was the first");
        party.join().unwrap();
        assert!(!keep.is_open());
        assert_eq!(event.pending(), 0);
    });
}

/// Closes it when its event is cancelled, as the V8 layer does.
struct Close(Arc<KeepAlive>, Arc<AtomicUsize>);

impl Wake for Close {
    fn wake(self: Arc<Self>) {
        if self.0.close() {
            self.1.fetch_add(1, Ordering::AcqRel);
        }
    }
}

/// The event is cancelled while the callback is stored and called off: it is closed once, whoever comes first.
#[test]
fn loom_cancel_races_the_storing() {
    explore(|| {
        let event = event();
        let cancels = {
            let event = event.clone();
            thread::spawn(move || event.cancel())
        };
        let keep = Arc::new(KeepAlive::new(&event));
        let closed = Arc::new(AtomicUsize::new(0));
        let waker = Waker::from(Arc::new(Close(keep.clone(), closed.clone())));
        let mut cancelled = Box::pin(event.cancelled());
        if cancelled.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() && keep.close() {
            closed.fetch_add(1, Ordering::AcqRel);
        }
        assert!(cancels.join().unwrap());
        assert!(!keep.is_open());
        assert_eq!((closed.load(Ordering::Acquire), event.pending()), (1, 0));
        assert!(poll_once(&mut event.idle()).is_ready());
    });
}
