//! Waiting is bounded by a count of turns.

use crate::{
    executor::poll_once,
    support::{Ctx, Inside, Ledger, TestHome, Turn},
};
use isolock::protocol::{
    entry::{Home, lead},
    turn_queue::{Busy, Hold, MAX_BARGES, Submitted, TurnQueue, Waiter},
};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use std::{collections::HashMap, sync::Arc};

struct Waiting(u64);

impl Waiter for Waiting {
    fn wake(&self) {}
}

fn bound(ahead: usize) -> usize {
    (ahead + 1) * (MAX_BARGES + 1)
}

/// When a turn came, and how many were ahead of it.
struct Arrival {
    ahead: usize,
    /// The turns that had ended by then.
    ended: usize,
}

/// A single-threaded run of the queue: who does what next is chosen from outside.
struct Simulation<'q> {
    queue: &'q TurnQueue<Waiting>,
    hold: Option<Hold<'q, Waiting>>,
    /// A turn runs under the hold (a hold that was taken to lead has none before its first `next`).
    running: bool,
    begun: usize,
    next_id: u64,
    arrivals: HashMap<u64, Arrival>,
    /// The longest wait by the number of turns ahead, and the share of the bound it reached.
    longest: f64,
}

impl<'q> Simulation<'q> {
    fn new(queue: &'q TurnQueue<Waiting>) -> Self {
        Self { queue, hold: None, running: false, begun: 0, next_id: 0, arrivals: HashMap::new(), longest: 0.0 }
    }

    fn begin(&mut self) {
        self.begun += 1;
        self.running = true;
    }

    /// Somebody submits a turn. One who finds the isolate free leads, from the head.
    fn arrive(&mut self) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        // The turn that runs at this moment is one it waits for.
        let ended = self.begun - usize::from(self.running);
        self.arrivals.insert(id, Arrival { ahead: self.queue.waiting(), ended });
        match self.queue.submit(Arc::new(Waiting(id))) {
            Submitted::Queued => assert!(self.hold.is_some()),
            Submitted::Lead(hold) => {
                self.hold = Some(hold);
                self.next();
            }
            Submitted::Closed(_) => unreachable!("nobody closes it"),
        }
        id
    }

    /// Somebody tries to get in without waiting, and waits if that fails.
    fn enter(&mut self) {
        match self.queue.try_enter() {
            Ok(hold) => {
                assert!(self.hold.is_none());
                self.hold = Some(hold);
                self.begin();
            }
            Err(Busy::Held) => assert!(self.hold.is_some()),
            Err(Busy::Overtaken) => {
                assert!(self.hold.is_none() && self.queue.waiting() > 0);
                self.arrive();
            }
            Err(Busy::Closed) => unreachable!("nobody closes it"),
        }
    }

    /// The holder goes on with the next turn of its batch.
    fn next(&mut self) {
        let Some(hold) = &mut self.hold else { return };
        self.running = false;
        if let Some(turn) = hold.next() {
            let arrival = self.arrivals.remove(&turn.0).expect("it was not removed");
            let waited = self.begun - arrival.ended;
            assert!(waited <= bound(arrival.ahead), "{waited} turns with {} ahead", arrival.ahead);
            self.longest = self.longest.max(waited as f64 / bound(arrival.ahead) as f64);
            self.begin();
        }
    }

    fn release(&mut self) {
        self.running = false;
        if let Some(hold) = self.hold.take() {
            assert_eq!(hold.release(), self.queue.waiting() > 0);
        }
    }

    /// The one who was woken comes.
    fn lead(&mut self) {
        match self.queue.lead() {
            Some(hold) => {
                assert!(self.hold.is_none());
                self.hold = Some(hold);
                self.next();
            }
            None => assert!(self.hold.is_some()),
        }
    }

    /// The futures of some waiting turns are dropped, or their context dies.
    fn take(&mut self, which: impl Fn(u64) -> bool) {
        for turn in self.queue.take_if(|turn| which(turn.0)) {
            self.arrivals.remove(&turn.0);
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Arrive => drop(self.arrive()),
            Step::Enter => self.enter(),
            Step::Next => self.next(),
            Step::Release => self.release(),
            Step::Lead => self.lead(),
            Step::Take(remainder) => self.take(|id| id % 7 == u64::from(remainder)),
            // What barging looks like: one after the other comes, takes a turn and goes.
            Step::Barge(times) => {
                for _ in 0..times {
                    self.release();
                    self.enter();
                }
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Arrive,
    Enter,
    Next,
    Release,
    Lead,
    Take(u8),
    Barge(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Arrive),
        4 => Just(Step::Enter),
        2 => Just(Step::Next),
        6 => Just(Step::Release),
        1 => Just(Step::Lead),
        1 => (0..7u8).prop_map(Step::Take),
        3 => (1..12u8).prop_map(Step::Barge),
    ]
}

/// The share of the bound that a run of these steps reached.
fn simulate(steps: impl IntoIterator<Item = Step>) -> f64 {
    let queue = TurnQueue::new();
    let mut simulation = Simulation::new(&queue);
    for step in steps {
        simulation.step(step);
    }
    while queue.has_waiting() {
        simulation.release();
        simulation.lead();
    }
    simulation.longest
}

#[test]
fn r1_no_turn_waits_longer_than_its_bound() {
    let mut longest = 0.0_f64;
    let mut runner = TestRunner::deterministic();
    for _ in 0..500 {
        let steps = prop::collection::vec(step(), 0..250).new_tree(&mut runner).expect("a schedule").current();
        longest = longest.max(simulate(steps));
    }
    assert!(longest > 0.5, "no schedule came near the bound ({longest}), so the test shows little");
}

/// The worst schedule reaches the bound exactly: at each head somebody barges as often as is allowed.
#[test]
fn r1_the_worst_schedule_reaches_the_bound() {
    for ahead in 0..5 {
        let mut steps = vec![Step::Enter];
        steps.extend(vec![Step::Arrive; ahead + 1]);
        for _ in 0..=ahead {
            steps.push(Step::Barge(MAX_BARGES as u8));
            steps.extend([Step::Release, Step::Lead]);
        }
        let queue = TurnQueue::new();
        let mut simulation = Simulation::new(&queue);
        for step in steps {
            simulation.step(step);
        }
        assert!((simulation.longest - 1.0).abs() < f64::EPSILON, "{} with {ahead} ahead", simulation.longest);
        assert_eq!(queue.waiting(), 0);
    }
}

/// The deaths of those behind it don't begin the count of the head anew.
#[test]
fn r1_deaths_behind_the_head_do_not_prolong_its_wait() {
    let queue = TurnQueue::new();
    let mut simulation = Simulation::new(&queue);
    simulation.enter();
    let head = simulation.arrive();
    for _ in 0..10 * MAX_BARGES {
        if !simulation.arrivals.contains_key(&head) {
            return;
        }
        let behind = simulation.arrive();
        simulation.release();
        simulation.enter();
        simulation.take(|id| id == behind);
    }
    panic!("the head was overtaken without end");
}

/// A turn that goes back from the queue to the gate takes its place before those that found the gate closed. Behind them,
/// section after section of newcomers could keep it out.
#[test]
fn r1_a_turn_that_goes_back_to_the_gate_keeps_its_place() {
    let (home, ctx, ledger) = (TestHome::new(), Ctx::new(1), Ledger::new());
    let leaves = |name| Turn::new(&ctx, &ledger, move |inside: &mut Inside| inside.log.push(name));
    let hold = home.queue().try_enter().expect("it is free");
    leaves(1).submit(&home);
    leaves(2).submit(&home);
    let section = ctx.gate.begin().expect("it lives");
    let mut newcomer = leaves(3).future(&home);
    assert!(poll_once(&mut newcomer).is_pending());
    assert_eq!((home.queue().waiting(), ctx.gate.parked()), (2, 1));
    lead(&*home, hold, |_| ());
    assert_eq!((home.queue().waiting(), ctx.gate.parked()), (0, 3));
    ctx.end_section(&home, section);
    lead(&*home, home.queue().lead().expect("it is free"), |_| ());
    assert_eq!(home.log(), [1, 2, 3]);
    assert!(poll_once(&mut newcomer).is_ready());
    assert_eq!(ledger.alive(), 0);
}
