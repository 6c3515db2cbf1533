//! Contexts that die, isolates that are shut down, and futures that are dropped while their turns wait.

use crate::{
    executor::{Signal, Watchdog, block_on, poll_once},
    support::{Ctx, Inside, Ledger, Refused, Runtime, TestHome, Turn},
};
use isolock::protocol::{entry::Home, turn_future::TurnFuture};
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

const MANY: u32 = 1_000;

type Named = TurnFuture<TestHome, Turn<Box<dyn FnOnce(&mut Inside) -> u32 + Send>>>;

/// A future of a turn that leaves its name, with its task.
struct Waiter {
    name: u32,
    future: Named,
    signal: Arc<Signal>,
}

impl Waiter {
    fn new(home: &Arc<TestHome>, ctx: &Arc<Ctx>, ledger: &Arc<Ledger>, name: u32) -> Self {
        let leave: Box<dyn FnOnce(&mut Inside) -> u32 + Send> = Box::new(move |inside| {
            inside.log.push(name);
            name
        });
        Self { name, future: Turn::new(ctx, ledger, leave).future(home), signal: Signal::new() }
    }

    fn poll(&mut self) -> Poll<Result<u32, Refused>> {
        self.signal.poll(Pin::new(&mut self.future))
    }
}

fn waiters(home: &Arc<TestHome>, ctx: &Arc<Ctx>, ledger: &Arc<Ledger>, names: std::ops::Range<u32>) -> Vec<Waiter> {
    let mut waiters: Vec<_> = names.map(|name| Waiter::new(home, ctx, ledger, name)).collect();
    for waiter in &mut waiters {
        assert!(waiter.poll().is_pending());
    }
    waiters
}

#[test]
fn r3_killing_a_context_refuses_its_thousand_turns_and_no_other() {
    let (home, ledger) = (TestHome::new(), Ledger::new());
    let (dying, living) = (Ctx::new(1), Ctx::new(2));
    let hold = home.queue().try_enter().expect("it is free");
    // Half of them wait at the gate, and half in the queue; others stand between them.
    let mut dead = waiters(&home, &dying, &ledger, 0..MANY / 4);
    let mut others = waiters(&home, &living, &ledger, MANY..MANY + 50);
    dead.extend(waiters(&home, &dying, &ledger, MANY / 4..MANY / 2));
    dying.gate.begin().expect("it lives");
    dead.extend(waiters(&home, &dying, &ledger, MANY / 2..MANY));
    others.extend(waiters(&home, &living, &ledger, MANY + 50..MANY + 100));
    assert_eq!((home.queue().waiting(), dying.gate.parked()), (MANY as usize / 2 + 100, MANY as usize / 2));

    assert!(dying.end(&home));
    assert_eq!((home.queue().waiting(), dying.gate.parked()), (100, 0));
    for waiter in &mut dead {
        assert_eq!(waiter.signal.wakes(), 1, "each is told once");
        assert_eq!(waiter.poll(), Poll::Ready(Err(Refused::Gone)));
    }
    assert!(others.iter().all(|waiter| waiter.signal.wakes() == 0), "the others are untouched");
    // A newcomer of the dead context doesn't even queue.
    assert_eq!(poll_once(&mut Waiter::new(&home, &dying, &ledger, 0).future), Poll::Ready(Err(Refused::Gone)));

    hold.release();
    for waiter in &mut others {
        let name = waiter.name;
        let outcome = loop {
            if let Poll::Ready(outcome) = waiter.poll() {
                break outcome;
            }
        };
        assert_eq!(outcome, Ok(name));
    }
    assert_eq!(home.log(), (MANY..MANY + 100).collect::<Vec<_>>(), "first come, first served");
    drop((dead, others));
    assert_eq!(ledger.alive(), 0);
    home.assert_idle();
}

#[test]
fn r9_shutdown_refuses_what_waits_and_runs_the_last_turn_last() {
    let (home, ledger, ctx) = (TestHome::new(), Ledger::new(), Ctx::new(1));
    let _watchdog = Watchdog::of(std::slice::from_ref(&home));
    let runtime = home.serve();
    let hold = home.queue().try_enter().expect("it is free");
    let mut waiting = waiters(&home, &ctx, &ledger, 0..MANY);
    home.shut_down(|inside| inside.log.push(u32::MAX));
    for waiter in &mut waiting {
        assert_eq!(waiter.poll(), Poll::Ready(Err(Refused::Closed)));
    }
    assert!(home.log().is_empty(), "the holder goes first");
    hold.release();
    runtime.join();
    assert_eq!(home.log(), [u32::MAX]);
    let mut late = Waiter::new(&home, &ctx, &ledger, 7);
    assert_eq!(late.poll(), Poll::Ready(Err(Refused::Closed)));
    Turn::new(&ctx, &ledger, |_| ()).submit(&home);
    drop((waiting, late));
    assert_eq!(ledger.alive(), 0);
    home.assert_idle();
}

/// Ten rounds, each with a thousand futures of which every third is dropped while they wait; the threads of the others are
/// woken one by one.
#[test]
fn r9_dropped_futures_leave_the_others_alone() {
    let (home, ledger, ctx) = (TestHome::new(), Ledger::new(), Ctx::new(1));
    for _ in 0..10 {
        let hold = home.queue().try_enter().expect("it is free");
        let section = ctx.gate.begin().expect("it lives");
        let mut waiting = waiters(&home, &ctx, &ledger, 0..MANY / 2);
        ctx.end_section(&home, section);
        waiting.extend(waiters(&home, &ctx, &ledger, MANY / 2..MANY));
        let section = ctx.gate.begin().expect("it lives");
        waiting.retain(|waiter| waiter.name % 3 != 0);
        assert_eq!(home.queue().waiting(), waiting.len());
        ctx.end_section(&home, section);
        hold.release();
        for waiter in &mut waiting {
            let name = waiter.name;
            assert_eq!(block_on(&mut waiter.future), Ok(name));
        }
        drop(waiting);
        assert_eq!(ledger.alive(), 0);
    }
    home.assert_idle();
}

/// What a turn took along and nobody fetched is dropped once, by whoever lets go of it last.
#[test]
fn r9_outcomes_that_nobody_fetches_are_dropped_once() {
    let (home, ledger, ctx) = (TestHome::new(), Ledger::new(), Ctx::new(1));
    let hold = home.queue().try_enter().expect("it is free");
    let token = ledger.token();
    let mut fetched = Turn::new(&ctx, &ledger, move |_| token).future(&home);
    let token = ledger.token();
    let mut forgotten = Turn::new(&ctx, &ledger, move |_| token).future(&home);
    assert!(poll_once(&mut fetched).is_pending() && poll_once(&mut forgotten).is_pending());
    assert_eq!(ledger.alive(), 4);
    hold.release();
    let Poll::Ready(Ok(output)) = poll_once(&mut fetched) else { panic!("it leads, and runs both") };
    assert_eq!(ledger.alive(), 2, "two outputs");
    drop(forgotten);
    assert_eq!(ledger.alive(), 1);
    drop(output);
    assert_eq!(ledger.alive(), 0);
}

/// A turn that nobody polls and one whose poller never comes: the runtime is told, whoever lets go.
#[test]
fn r1_turns_left_to_others_are_reported() {
    let (home, ledger, ctx) = (TestHome::new(), Ledger::new(), Ctx::new(1));
    let hold = home.queue().try_enter().expect("it is free");
    let mut stalled = Turn::new(&ctx, &ledger, |_| ()).future(&home);
    assert!(poll_once(&mut stalled).is_pending());
    hold.release();
    let before = home.handed_over.load(Ordering::Relaxed);
    // Its submitter finds the isolate free and the stalled turn at the head.
    Turn::new(&ctx, &ledger, |_| ()).submit(&home);
    assert_eq!(home.handed_over.load(Ordering::Relaxed), before + 1);
    assert!(!home.queue().is_held());
    drop(stalled);
    // The drop of the head asked for the runtime's thread, which now comes.
    let runtime: Runtime = home.serve();
    runtime.join();
    home.assert_idle();
    assert_eq!((home.turns.load(Ordering::Relaxed), ledger.alive()), (1, 0));
}

/// A thread that is inside one home waits for a turn of another: it can't run that one itself.
#[test]
fn r1_a_future_polled_inside_a_turn_waits_for_the_runtime() {
    let (outer, inner) = (TestHome::new(), TestHome::new());
    let (ledger, ctx) = (Ledger::new(), Ctx::new(1));
    let _watchdog = Watchdog::of(&[outer.clone(), inner.clone()]);
    let runtime = inner.serve();
    let ran = Arc::new(AtomicUsize::new(0));
    let turn = {
        let (inner, ledger, ctx, ran) = (inner.clone(), ledger.clone(), ctx.clone(), ran.clone());
        move |_: &mut Inside| {
            let here = std::thread::current().id();
            let there = block_on(Turn::new(&ctx, &ledger, |_| std::thread::current().id()).future(&inner));
            assert!(there.is_ok_and(|there| there != here), "a thread that is inside enters nothing else");
            ran.fetch_add(1, Ordering::Relaxed);
        }
    };
    assert_eq!(block_on(Turn::new(&ctx, &ledger, turn).future(&outer)), Ok(()));
    runtime.join();
    assert_eq!((ran.load(Ordering::Relaxed), ledger.alive()), (1, 0));
}
