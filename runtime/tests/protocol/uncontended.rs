//! What an uncontended turn costs: no hop and no allocation.

use crate::{
    executor::poll_once,
    support::{Ctx, Ledger, TestHome, Turn},
};
use isolock::protocol::{
    delete_queue::DeleteQueue,
    entry::{Home, at_once},
};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    sync::atomic::Ordering,
    task::Poll,
    thread,
};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: everything is passed on to the system's allocator; the counter is a constant-initialised thread-local without a
// destructor, so counting neither allocates nor touches what has been torn down.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise; `alloc` and `realloc` gave what the system's allocator gave.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations<R>(f: impl FnOnce() -> R) -> (R, u64) {
    let before = ALLOCATIONS.get();
    let result = f();
    (result, ALLOCATIONS.get() - before)
}

#[test]
fn r1_uncontended_turn_runs_inline_and_allocates_nothing() {
    let (home, ctx, ledger) = (TestHome::new(), Ctx::new(1), Ledger::new());
    let (polled, count) = allocations(|| {
        let mut future = Turn::new(&ctx, &ledger, |_| thread::current().id()).future(&home);
        poll_once(&mut future)
    });
    assert_eq!(polled, Poll::Ready(Ok(thread::current().id())), "in the first poll, on the polling thread");
    assert_eq!(count, 0);
    assert_eq!((ledger.alive(), home.handed_over.load(Ordering::Relaxed)), (0, 0));
    home.assert_idle();
}

/// The way for a body that only borrows: it runs, or comes back untouched.
#[test]
fn r1_at_once_runs_or_gives_the_body_back() {
    let (home, ctx, ledger) = (TestHome::new(), Ctx::new(1), Ledger::new());
    let (ran, count) = allocations(|| at_once(&*home, Turn::new(&ctx, &ledger, |_| 1)).ok());
    assert_eq!((ran, count), (Some(Ok(1)), 0));
    let hold = home.queue().try_enter().expect("it is free");
    let body = at_once(&*home, Turn::new(&ctx, &ledger, |_| 2)).expect_err("somebody is inside");
    drop(hold);
    let section = ctx.gate.begin().expect("it lives");
    let body = at_once(&*home, body).expect_err("the gate is closed");
    let ran = at_once(&*home, body.within(section)).ok();
    assert_eq!((ran, ledger.alive()), (Some(Ok(2)), 0));
    assert!(ctx.end(&home));
    assert!(at_once(&*home, Turn::new(&ctx, &ledger, |_| 3)).is_err(), "its context is gone");
    home.assert_idle();
}

/// The counter counts: the same turn allocates when it has to wait.
#[test]
fn r1_contended_turn_waits_in_a_slot() {
    let (home, ctx, ledger) = (TestHome::new(), Ctx::new(1), Ledger::new());
    let hold = home.queue().try_enter().expect("it is free");
    let mut future = Turn::new(&ctx, &ledger, |_| 1).future(&home);
    let (polled, count) = allocations(|| poll_once(&mut future));
    assert_eq!(polled, Poll::Pending);
    assert!(count > 0);
    drop(hold);
    assert_eq!(poll_once(&mut future), Poll::Ready(Ok(1)));
    home.assert_idle();
}

/// `drain` is part of every turn.
#[test]
fn r9_drain_of_an_empty_delete_queue_allocates_nothing() {
    let queue = DeleteQueue::<u8>::new();
    assert_eq!(allocations(|| queue.drain().len()), (0, 0));
}
