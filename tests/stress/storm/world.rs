//! The isolates and contexts of the storm.

use crate::support::Counted;
use isolock::prelude::*;
use isolock_tests::{Fixture, block_on};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

/// One context, and what was done to it.
#[derive(Clone)]
pub(crate) struct Seat {
    pub(crate) ctx: IoContext,
    /// Set before its life is ended.
    pub(crate) doomed: Arc<AtomicBool>,
    /// Set before a turn of it is terminated: a termination may take reactions of the whole context along.
    pub(crate) terminated: Arc<AtomicBool>,
}

pub(crate) struct Place {
    pub(crate) isolate: Isolate,
    seats: Vec<Mutex<Option<Seat>>>,
}

pub(crate) struct World {
    pub(crate) places: Vec<Place>,
    /// Captures alive.
    pub(crate) live: Arc<AtomicUsize>,
    pub(crate) made: AtomicUsize,
    /// Events sent here are terminated by another thread.
    pub(crate) killer: Mutex<mpsc::Sender<Event>>,
}

#[isolate_fn]
fn add(#[capture] _live: &Counted, a: f64, b: f64) -> f64 {
    a + b
}

#[isolate_fn]
async fn add_later(ev: Event, #[capture] live: Counted, a: f64, b: f64) -> Result<f64, RunError> {
    let sum = ev.run((a, b, live), |_lock, (a, b, _live)| a + b).await?;
    ev.run((sum,), |lock, (sum,)| lock.eval(&format!("{sum}")).map(|value| value.number_value(lock)))
        .await??
        .ok_or(RunError::PromiseLost)
}

/// Never ends by itself.
#[isolate_fn]
async fn never(ev: Event, #[capture] live: Counted) {
    ev.cancelled().await;
    futures::future::pending::<()>().await;
    drop(live);
}

#[isolate_fn]
fn fail(#[capture] _live: &Counted, text: String) {
    panic!("{text}")
}

impl World {
    pub(crate) fn new(fixture: &Fixture, homes: &[Home], contexts: usize) -> Self {
        let (killer, doomed) = mpsc::channel::<Event>();
        thread::spawn(move || doomed.into_iter().for_each(|event| event.terminate()));
        let mut world = Self {
            places: Vec::new(),
            live: Arc::new(AtomicUsize::new(0)),
            made: AtomicUsize::new(0),
            killer: Mutex::new(killer),
        };
        for home in homes {
            let isolate = fixture.isolate(IsolateOptions::new().home(*home));
            let seats = (0..contexts).map(|_| Mutex::new(Some(world.make(&isolate)))).collect();
            world.places.push(Place { isolate, seats });
        }
        world
    }

    fn make(&self, isolate: &Isolate) -> Seat {
        self.made.fetch_add(1, Ordering::SeqCst);
        let live = Counted::new(&self.live);
        let ctx = isolate.context(ContextOptions::new()).setup((live,), |lock, (live,)| {
            lock.eval("globalThis.n = 0")?;
            let [a, b, c, d] = std::array::from_fn(|_| live.clone());
            lock.install((add { _live: a }, add_later { live: b }, never { live: c }, fail { _live: d }))
        });
        Seat { ctx: block_on(ctx).expect("a context"), doomed: Arc::default(), terminated: Arc::default() }
    }

    /// Whoever sits there now.
    pub(crate) fn seat(&self, place: usize, seat: usize) -> Seat {
        lock(&self.places[place].seats[seat]).clone().expect("the storm is not over")
    }

    /// Ends the context that sits there and seats another.
    pub(crate) fn replace(&self, place: usize, seat: usize, end: impl FnOnce(Seat)) {
        let place = &self.places[place];
        let fresh = self.make(&place.isolate);
        let former = lock(&place.seats[seat]).replace(fresh).expect("the storm is not over");
        former.doomed.store(true, Ordering::SeqCst);
        end(former);
    }
}

impl Place {
    /// How many async bodies are under way in its contexts.
    pub(crate) fn pending(&self) -> usize {
        self.seats.iter().filter_map(|seat| lock(seat).as_ref().map(|seat| seat.ctx.pending())).sum()
    }

    pub(crate) fn close_all(&self) {
        for seat in &self.seats {
            if let Some(seat) = lock(seat).take() {
                seat.ctx.close();
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
