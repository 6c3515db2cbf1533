//! Random opens, sends and drops of affine values, a part of them in the wrong place: every wrong one is the right typed
//! error, every value is dropped exactly once and at home, and nothing is left.

mod acts;
mod values;

use crate::support::*;
use acts::{Act, Dice};
use isolock::prelude::*;
use isolock_tests::{Fixture, block_on, watched};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread::{self, ThreadId},
};
use values::{Any, Ledger};

const THREADS: usize = 8;
const ISOLATES: usize = 4;
const CONTEXTS: usize = 4;
/// How many values wait to be taken up by some thread.
const POOL: usize = 256;

/// What the threads share.
struct World {
    home: Home,
    isolates: Vec<Isolate>,
    contexts: Vec<Vec<IoContext>>,
    /// The home thread of each isolate, if it has one.
    homes: Vec<Option<ThreadId>>,
    pool: Mutex<VecDeque<Any>>,
    ledger: Arc<Ledger>,
    wrong: [AtomicUsize; acts::WRONGS],
}

impl World {
    fn new(fixture: &Fixture, home: Home, ops: usize) -> Self {
        let isolates: Vec<_> = (0..ISOLATES).map(|_| fixture.isolate(IsolateOptions::new().home(home))).collect();
        let contexts: Vec<Vec<_>> =
            isolates.iter().map(|isolate| (0..CONTEXTS).map(|_| isolock_tests::context(isolate)).collect()).collect();
        let homes = contexts
            .iter()
            .map(|contexts| {
                let here = contexts[0].run((), |_lock, ()| thread::current().id());
                let here = block_on(here).expect("a turn");
                (home == Home::Pinned).then_some(here)
            })
            .collect();
        let ledger = Arc::new(Ledger::new(ops));
        Self { home, isolates, contexts, homes, pool: Mutex::default(), ledger, wrong: Default::default() }
    }

    fn context(&self, (isolate, context): (usize, usize)) -> &IoContext {
        &self.contexts[isolate][context]
    }

    /// Puts a value where any thread may find it. What falls out at the other end is dropped by this thread.
    fn send(&self, any: Any) {
        let fallen = {
            let mut pool = self.pool.lock().expect("the pool");
            pool.push_back(any);
            if pool.len() > POOL { pool.pop_front() } else { None }
        };
        drop(fallen);
    }

    fn receive(&self) -> Option<Any> {
        self.pool.lock().expect("the pool").pop_front()
    }
}

fn storm(home: Home) {
    let ops = scaled(20_000);
    let fixture = Fixture::new();
    let world = Arc::new(World::new(&fixture, home, ops + THREADS));
    let (sender, done) = mpsc::channel::<()>();
    let end = Signal::default();
    let threads: Vec<_> = (0..THREADS)
        .map(|number| {
            let (world, done, end) = (world.clone(), sender.clone(), end.clone());
            // Joined, not scoped: a scope doesn't wait for the ends of thread-locals.
            thread::spawn(move || {
                let mut dice = Dice::new(number);
                for _ in 0..ops / THREADS {
                    Act::any(&mut dice).perform(&world, &mut dice);
                }
                // What this thread owns ends with it: not before the others are done.
                drop((world, done));
                end.wait();
            })
        })
        .collect();
    drop(sender);
    assert!(done.recv().is_err(), "nobody sends: all are done when the channel closes");
    end.open();
    for thread in threads {
        thread.join().expect("a thread of the storm");
    }
    // What is still in the pool is kept, and its owners end.
    for isolate in &world.isolates {
        block_on(isolate.shutdown());
    }
    let ledger = &world.ledger;
    println!("{home:?}: {ops} acts, {} values, wrong: {:?}", ledger.made(), world.wrong);
    let left: Vec<_> = ledger.not_dropped_once();
    assert!(left.is_empty(), "{} values were not dropped exactly once: {:?}", left.len(), &left[..left.len().min(8)]);
    assert_eq!(ledger.astray(), 0, "dropped in the wrong place");
    for isolate in &world.isolates {
        let stats = isolate.stats();
        assert_eq!((stats.own_values, stats.deferred_drops), (0, 0));
    }
    for (kind, count) in world.wrong.iter().enumerate() {
        assert!(count.load(Ordering::Relaxed) > 0, "nothing went wrong in way {kind}");
    }
    // Every clone is of something that is gone.
    while let Some(any) = world.receive() {
        assert!(!any.is_alive());
    }
    assert!(ledger.not_dropped_once().is_empty());
}

#[test]
fn r9_affine_values_in_a_storm_on_the_shared_home() {
    watched(|| storm(Home::Shared));
}

#[test]
fn r9_affine_values_in_a_storm_on_the_pinned_home() {
    watched(|| storm(Home::Pinned));
}
