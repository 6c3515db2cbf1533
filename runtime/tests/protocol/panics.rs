//! Panics reach nobody but the one who asked for the turn.

use crate::{
    executor::{Watchdog, block_on, poll_once},
    support::{Ctx, Inside, Ledger, Refused, TestHome, Turn},
};
use isolock::protocol::{
    entry::{Home, lead},
    turn_queue::{TurnQueue, Waiter},
};
use std::{
    mem::ManuallyDrop,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
};

/// A capture, or an output, whose drop panics.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("a bomb was dropped");
        }
    }
}

fn panics<R>(f: impl FnOnce() -> R) -> bool {
    catch_unwind(AssertUnwindSafe(f)).is_err()
}

/// The leader's own result and the rest of its batch survive the panic of a turn in between, whose future panics.
#[test]
fn r10_a_turn_that_panics_costs_nobody_else_anything() {
    let (home, ledger, ctx) = (TestHome::new(), Ledger::new(), Ctx::new(1));
    let hold = home.queue().try_enter().expect("it is free");
    let body = |_: &mut Inside| -> u32 { panic!("in a body that catches nothing") };
    let mut bad = Turn::new(&ctx, &ledger, body).future(&home);
    let mut good = Turn::new(&ctx, &ledger, |_| 2).future(&home);
    assert!(poll_once(&mut bad).is_pending() && poll_once(&mut good).is_pending());
    assert_eq!(lead(&*home, hold, |_| 1), 1);
    assert_eq!(poll_once(&mut good), Poll::Ready(Ok(2)));
    assert!(panics(|| poll_once(&mut bad)), "it neither hangs nor gives anything");
    home.assert_idle();
    assert_eq!(block_on(Turn::new(&ctx, &ledger, |_| 3).future(&home)), Ok(3), "the home stays usable");
    drop((bad, good));
    assert_eq!(ledger.alive(), 0);
}

/// An output that nobody wants any more panics when it is dropped, inside the leader's batch.
#[test]
fn r10_an_unwanted_output_that_panics_costs_nobody_else_anything() {
    let (home, ledger, ctx) = (TestHome::new(), Ledger::new(), Ctx::new(1));
    let hold = home.queue().try_enter().expect("it is free");
    Turn::new(&ctx, &ledger, |_| Bomb).submit(&home);
    let mut good = Turn::new(&ctx, &ledger, |_| 2).future(&home);
    assert!(poll_once(&mut good).is_pending());
    assert_eq!(lead(&*home, hold, |_| 1), 1);
    assert_eq!(poll_once(&mut good), Poll::Ready(Ok(2)));
    home.assert_idle();
}

/// The captures of one of the turns that a dying context fails panic: the others are failed nonetheless.
#[test]
fn r10_a_capture_that_panics_at_its_contexts_death_costs_nobody_else_anything() {
    let (home, ledger, ctx) = (TestHome::new(), Ledger::new(), Ctx::new(1));
    let hold = home.queue().try_enter().expect("it is free");
    let bomb = Bomb;
    let mut bad = Turn::new(&ctx, &ledger, move |_| drop(bomb)).future(&home);
    let mut good = Turn::new(&ctx, &ledger, |_| ()).future(&home);
    assert!(poll_once(&mut bad).is_pending() && poll_once(&mut good).is_pending());
    assert!(ctx.end(&home));
    assert_eq!(poll_once(&mut good), Poll::Ready(Err(Refused::Gone)));
    assert!(panics(|| poll_once(&mut bad)));
    hold.release();
    home.assert_idle();
    drop((bad, good));
    assert_eq!(ledger.alive(), 0);
}

/// The head of a free isolate is dropped and its capture panics: the one behind it is woken.
#[test]
fn r10_a_capture_that_panics_at_its_futures_drop_wakes_the_next() {
    let (home, ledger, ctx) = (TestHome::new(), Ledger::new(), Ctx::new(1));
    let _watchdog = Watchdog::of(std::slice::from_ref(&home));
    let runtime = home.serve();
    let hold = home.queue().try_enter().expect("it is free");
    let bomb = Bomb;
    let mut head = Turn::new(&ctx, &ledger, move |_| drop(bomb)).future(&home);
    assert!(poll_once(&mut head).is_pending());
    let ran = Arc::new(AtomicBool::new(false));
    let behind = ran.clone();
    Turn::new(&ctx, &ledger, move |_| behind.store(true, Ordering::Relaxed)).submit(&home);
    hold.release();
    assert!(panics(|| drop(head)));
    runtime.join();
    assert!(ran.load(Ordering::Relaxed));
    home.assert_idle();
    assert_eq!(ledger.alive(), 0);
}

/// The waker of the head panics: whoever lets go lets go once, and not a second time of somebody else's hold.
#[test]
fn r10_a_waker_that_panics_frees_the_isolate_once() {
    static QUEUE: LazyLock<TurnQueue<Bad>> = LazyLock::new(TurnQueue::new);
    struct Bad;
    impl Waiter for Bad {
        fn wake(&self) {
            // Somebody is quick to take what became free, and keeps it.
            let _kept = ManuallyDrop::new(QUEUE.lead().expect("it is free"));
            panic!("in a waker");
        }
    }
    let hold = QUEUE.try_enter().expect("it is free");
    drop(QUEUE.submit(Arc::new(Bad)));
    assert!(panics(|| hold.release()));
    assert!(QUEUE.is_held(), "the other one's hold was let go");
}
