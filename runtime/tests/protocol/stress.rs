//! Many turns on many threads: each future resolves once and rightly, nothing is left over, nobody waits too long.

use crate::{
    executor::{Tasks, Watchdog},
    support::{Ctx, Inside, Ledger, Refused, TestHome, Token, Turn},
};
use isolock::protocol::{entry::Home, gate::Section, turn_queue::MAX_BARGES};
use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::Poll,
    thread,
};

const THREADS: usize = 8;
const HOMES: usize = 4;
const CONTEXTS: usize = 16;
const TURNS: usize = 200_000;
/// How many futures a thread polls at a time.
const WINDOW: usize = 8;
/// How many detached turns may be under way.
const DETACHED: usize = 64;
/// No queue is ever longer than this: one turn for each future, and the detached ones (whose limit each thread may
/// overstep by one).
const LONGEST_QUEUE: usize = THREADS * WINDOW + DETACHED + THREADS;
const BOUND: usize = (LONGEST_QUEUE + 1) * (MAX_BARGES + 1);

/// A generator of numbers; the same on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }
}

#[derive(Default)]
struct Counts {
    /// Futures that were made.
    made: AtomicUsize,
    /// Futures that gave what their turn gave.
    ran: AtomicUsize,
    /// Futures that gave a refusal.
    refused: AtomicUsize,
    /// Futures that were dropped.
    dropped: AtomicUsize,
    detached: AtomicUsize,
    deaths: AtomicUsize,
    sections: AtomicUsize,
    longest_wait: AtomicUsize,
}

struct World {
    homes: Vec<Arc<TestHome>>,
    /// Context `n` is in home `n % HOMES`; one that died is replaced by a new one.
    contexts: Vec<Mutex<Arc<Ctx>>>,
    next_context: AtomicU64,
    ledger: Arc<Ledger>,
    detached: Arc<Ledger>,
    counts: Counts,
}

/// A context and its home.
#[derive(Clone)]
struct Place {
    home: Arc<TestHome>,
    ctx: Arc<Ctx>,
    /// No context of the home has critical sections, so every turn goes from the queue to its end.
    straight: bool,
}

impl World {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            homes: (0..HOMES).map(|_| TestHome::new()).collect(),
            contexts: (0..CONTEXTS).map(|number| Mutex::new(Ctx::new(number as u64 + 1))).collect(),
            next_context: AtomicU64::new(CONTEXTS as u64 + 1),
            ledger: Ledger::new(),
            detached: Ledger::new(),
            counts: Counts::default(),
        })
    }

    fn context(&self, number: usize) -> std::sync::MutexGuard<'_, Arc<Ctx>> {
        self.contexts[number].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self, number: usize) -> Place {
        let home = number % HOMES;
        Place { home: self.homes[home].clone(), ctx: self.context(number).clone(), straight: home < HOMES / 2 }
    }

    fn kill(&self, number: usize) {
        let new = Ctx::new(self.next_context.fetch_add(1, Ordering::Relaxed));
        let old = std::mem::replace(&mut *self.context(number), new);
        assert!(old.end(&self.homes[number % HOMES]), "nobody else has it");
        self.counts.deaths.fetch_add(1, Ordering::Relaxed);
    }

    fn report(&self) -> String {
        let homes: String = self.homes.iter().map(|home| home.state() + "\n").collect();
        let parked: Vec<_> = (0..CONTEXTS).map(|number| self.context(number).gate.parked()).collect();
        format!("\n{homes}parked: {parked:?}, alive: {}", self.ledger.alive())
    }
}

/// Ends its section, whoever drops it.
struct OpenSection {
    place: Place,
    section: Section,
    _alive: Token,
}

impl Drop for OpenSection {
    fn drop(&mut self) {
        self.place.ctx.end_section(&self.place.home, self.section);
    }
}

/// What one turn is to be.
struct Plan {
    place: Place,
    number: u64,
    offloaded: bool,
    section: Section,
    /// Dropped after so many polls.
    patience: Option<u64>,
}

/// Awaits one turn that gives `f`'s value and checks whatever can be checked of its outcome. `None` if it didn't run.
async fn turn<R: Send + 'static>(
    world: &World,
    plan: Plan,
    f: impl FnOnce(&mut Inside) -> R + Send + 'static,
) -> Option<R> {
    let Plan { place, number, offloaded, section, patience } = plan;
    world.counts.made.fetch_add(1, Ordering::Relaxed);
    let ran = Arc::new(AtomicBool::new(false));
    let body = {
        let ran = ran.clone();
        move |inside: &mut Inside| {
            assert!(!ran.swap(true, Ordering::Relaxed));
            let begun = inside.turns.load(Ordering::Relaxed);
            // Others come while it is inside.
            if number % 8 == 0 {
                thread::yield_now();
            }
            (number, begun, f(inside))
        }
    };
    let body = Turn::new(&place.ctx, &world.ledger, body).within(section);
    let future = if offloaded { body.offloaded(&place.home) } else { body.future(&place.home) };
    let outcome = {
        let mut future = pin!(future);
        let (mut polls, mut waits_since) = (0, None);
        let outcome = poll_fn(|cx| {
            let polled = future.as_mut().poll(cx);
            if polled.is_pending() {
                // It stands in the queue, so this is at least as much as there was when it came there.
                waits_since.get_or_insert_with(|| place.home.turns.load(Ordering::Relaxed));
            }
            polls += 1;
            match (polled, patience) {
                (Poll::Ready(outcome), _) => Poll::Ready(Some(outcome)),
                (Poll::Pending, Some(patience)) if polls > patience => Poll::Ready(None),
                (Poll::Pending, Some(_)) => {
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                (Poll::Pending, None) => Poll::Pending,
            }
        })
        .await;
        outcome.map(|outcome| (outcome, waits_since))
    };
    match outcome {
        Some((Ok((back, begun, value)), waits_since)) => {
            assert!(back == number && ran.load(Ordering::Relaxed), "somebody else's outcome");
            world.counts.ran.fetch_add(1, Ordering::Relaxed);
            if let Some(since) = waits_since.filter(|_| place.straight) {
                let waited = usize::try_from(begun.saturating_sub(since)).expect("a count of turns");
                assert!(waited <= BOUND, "a turn waited for {waited} others");
                world.counts.longest_wait.fetch_max(waited, Ordering::Relaxed);
            }
            Some(value)
        }
        Some((Err(refused), _)) => {
            assert_eq!(refused, Refused::Gone);
            assert!(!place.ctx.life.is_alive() && !ran.load(Ordering::Relaxed), "refused, but it ran");
            world.counts.refused.fetch_add(1, Ordering::Relaxed);
            None
        }
        None => {
            world.counts.dropped.fetch_add(1, Ordering::Relaxed);
            None
        }
    }
}

/// A critical section: a turn that begins it, one inside, and its end. Either turn may be dropped or refused.
async fn section(world: Arc<World>, place: Place, number: u64, patience: Option<u64>) {
    let begin = {
        let (place, alive) = (place.clone(), world.ledger.token());
        // What opens a section travels with the outcome: if nobody fetches it, its drop ends the section.
        move |_: &mut Inside| {
            let section = place.ctx.gate.begin()?;
            Some(OpenSection { place, section, _alive: alive })
        }
    };
    let plan = Plan { place: place.clone(), number, offloaded: false, section: 0, patience };
    if let Some(Some(open)) = turn(&world, plan, begin).await {
        world.counts.sections.fetch_add(1, Ordering::Relaxed);
        let plan = Plan { place, number, offloaded: false, section: open.section, patience };
        turn(&world, plan, |_| ()).await;
        drop(open);
    }
}

fn detach(world: &Arc<World>, place: &Place) {
    if world.detached.alive() < DETACHED {
        let alive = world.detached.token();
        let counted = world.clone();
        let body = move |_: &mut Inside| {
            counted.counts.detached.fetch_add(1, Ordering::Relaxed);
            drop(alive);
        };
        Turn::new(&place.ctx, &world.ledger, body).submit(&place.home);
    }
}

fn work(world: &Arc<World>, seed: u64) {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (seed + 1));
    let mut tasks = Tasks::default();
    for number in 0..(TURNS / THREADS) as u64 {
        tasks.run(WINDOW - 1);
        let context = dice.roll(CONTEXTS as u64) as usize;
        let place = world.place(context);
        let patience = (dice.roll(5) == 0).then(|| dice.roll(4));
        let number = number * THREADS as u64 + seed;
        match dice.roll(100) {
            0..10 => detach(world, &place),
            10..20 if !place.straight => tasks.spawn(section(world.clone(), place, number, patience)),
            kind => {
                let plan = Plan { place, number, offloaded: kind < 30, section: 0, patience };
                let world = world.clone();
                tasks.spawn(async move {
                    turn(&world, plan, |_| ()).await;
                });
            }
        }
        if dice.roll(500) == 0 {
            world.kill(context);
        }
    }
    tasks.run(0);
}

#[test]
fn r1_two_hundred_thousand_turns_end_once_each() {
    let world = World::new();
    let _watchdog = {
        let world = world.clone();
        Watchdog::new(move || world.report())
    };
    let runtimes: Vec<_> = world.homes.iter().map(TestHome::serve).collect();
    let threads: Vec<_> = (0..THREADS as u64)
        .map(|seed| {
            let world = world.clone();
            thread::spawn(move || work(&world, seed))
        })
        .collect();
    for thread in threads {
        thread.join().expect("no thread panics");
    }
    for home in &world.homes {
        home.shut_down(|inside| inside.log.push(1));
    }
    for runtime in runtimes {
        runtime.join();
    }
    for home in &world.homes {
        home.assert_idle();
        assert_eq!(home.log(), [1], "the last turn ran once");
        assert_eq!(home.queue().try_enter().err(), Some(isolock::protocol::turn_queue::Busy::Closed));
    }
    for number in 0..CONTEXTS {
        assert_eq!(world.context(number).gate.parked(), 0);
    }
    let count = |count: &AtomicUsize| count.load(Ordering::Relaxed);
    let counts = &world.counts;
    let (made, ran) = (count(&counts.made), count(&counts.ran));
    let (refused, dropped, detached) = (count(&counts.refused), count(&counts.dropped), count(&counts.detached));
    println!(
        "{made} futures: {ran} ran, {refused} refused, {dropped} dropped; {detached} detached, {} sections, {} deaths; \
         longest wait {} of {BOUND}",
        count(&counts.sections),
        count(&counts.deaths),
        count(&counts.longest_wait),
    );
    assert_eq!(made, ran + refused + dropped);
    assert_eq!((world.ledger.alive(), world.detached.alive()), (0, 0), "something is left");
    // None of it is there for show.
    for number in [refused, dropped, detached, count(&counts.sections), count(&counts.deaths)] {
        assert!(number > 0);
    }
}
