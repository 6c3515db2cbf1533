//! Everything at once: random turns, cancellations, terminations, panics, deaths. Each future resolves once, with the
//! right result, and at the end nothing is left.

mod acts;
mod world;

use crate::support::{scaled, until};
use acts::{Tally, act};
use isolock::{Turns, prelude::*};
use isolock_tests::{Fixture, block_on, watched};
use std::{
    env,
    num::NonZeroUsize,
    panic,
    sync::{Arc, Once, atomic::Ordering},
    thread,
    time::{Instant, SystemTime},
};
use world::World;

const THREADS: usize = 8;
const ISOLATES: usize = 4;
const CONTEXTS: usize = 16;
const TURNS: usize = 200_000;

/// Marsaglia's xorshift.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    pub(crate) fn index(&mut self, n: usize) -> usize {
        usize::try_from(self.below(n as u64)).expect("below a usize")
    }
}

fn seed() -> u64 {
    let given = env::var("ISOLOCK_SEED").ok().map(|text| text.parse().expect("ISOLOCK_SEED is a number"));
    given.unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
        now.as_secs() << 20 | u64::from(now.subsec_micros())
    })
}

/// Keeps the panics that belong to the storm out of the output.
fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let text = info.payload().downcast_ref::<String>().map(String::as_str).unwrap_or_default();
            if !text.starts_with("storm ") {
                usual(info);
            }
        }));
    });
}

#[test]
fn storm() {
    rage(&Fixture::new(), scaled(TURNS));
}

/// The same where turns run on threads of the runtime, mostly.
#[test]
fn storm_on_turn_threads() {
    let threads = NonZeroUsize::new(2).expect("two");
    rage(&Fixture::with(|builder| builder.turns(Turns::Pool(threads))), scaled(TURNS / 10));
}

fn rage(fixture: &Fixture, turns: usize) {
    quiet();
    watched(|| {
        let seed = seed();
        println!("ISOLOCK_SEED={seed}");
        let began = Instant::now();
        let homes = [Home::Shared, Home::Pinned, Home::Shared, Home::Shared];
        let world = Arc::new(World::new(fixture, &homes[..ISOLATES], CONTEXTS));
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let world = world.clone();
                thread::spawn(move || {
                    // Zero would stay zero.
                    let mut dice = Dice((seed ^ (thread as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)) | 1);
                    let mut tally = Tally::default();
                    for _ in 0..turns / THREADS {
                        act(&world, &mut dice, &mut tally);
                    }
                    tally
                })
            })
            .collect();
        let mut total = Tally::default();
        for thread in threads {
            total.add(&thread.join().expect("a thread of the storm"));
        }
        println!("{total:?}, {} contexts made, in {:?}", world.made.load(Ordering::SeqCst), began.elapsed());
        total.assert_plausible(turns / THREADS * THREADS);
        calm(&world);
        println!("all over after {:?}", began.elapsed());
    });
}

/// Ends everything, half of the isolates with their contexts still alive, and looks at the counters.
fn calm(world: &Arc<World>) {
    for (n, place) in world.places.iter().enumerate() {
        // Async host functions that were dropped, cancelled or terminated have all been settled.
        until(|| place.pending() == 0);
        if n % 2 == 0 {
            place.close_all();
            // Nobody enters these isolates any more: they tidy up by themselves.
            until(|| {
                let stats = place.isolate.stats();
                (stats.contexts, stats.roots, stats.waiting, stats.deferred_drops) == (0, 0, 0, 0)
            });
        }
        let ended = place.isolate.shutdown();
        place.close_all();
        block_on(ended);
        let stats = place.isolate.stats();
        assert_eq!((stats.contexts, stats.roots, stats.waiting, stats.deferred_drops), (0, 0, 0, 0), "isolate {n}");
    }
    // Bodies of dead contexts are dropped by whoever polls them.
    until(|| world.live.load(Ordering::SeqCst) == 0);
    // Other tests of the process wait, too.
    let ours = |isolate: u64| world.places.iter().any(|place| place.isolate.id() == isolate);
    assert!(!IoContext::waits().iter().any(|wait| ours(wait.wants)));
}
