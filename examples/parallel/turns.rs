//! Measures every turn, through the spans that isolock opens with its `tracing` feature.
//!
//! A span is entered when the thread is inside the isolate, under its lock, and exited when it leaves: microtasks and V8's
//! own tasks are included, the time spent waiting for the isolate is not. An isolate has at most one turn at a time, so as
//! many isolates are inside at a moment as there are spans entered.

use std::{
    cell::Cell,
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::Interest,
};

/// What was seen of all turns.
#[derive(Default)]
pub(crate) struct Turns {
    inside: AtomicUsize,
    most: AtomicUsize,
    overlapping: AtomicU64,
    times: Mutex<BTreeMap<u64, Vec<Duration>>>,
}

thread_local! {
    /// When the turn began that this thread is in. Turns don't nest.
    static BEGAN: Cell<Option<Instant>> = const { Cell::new(None) };
}

impl Turns {
    /// Measures the turns of this process from now on.
    pub(crate) fn measure() -> Result<Arc<Self>, tracing::dispatcher::SetGlobalDefaultError> {
        let turns = Arc::new(Self::default());
        tracing::subscriber::set_global_default(Measure(turns.clone()))?;
        Ok(turns)
    }

    /// How many isolates were inside a turn at the same time, at most.
    pub(crate) fn most(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }

    /// How many turns began while another isolate was inside a turn.
    pub(crate) fn overlapping(&self) -> u64 {
        self.overlapping.load(Ordering::Relaxed)
    }

    /// The times of the isolate's turns, shortest first.
    pub(crate) fn of(&self, isolate: u64) -> Vec<Duration> {
        let mut times = self.times().get(&isolate).cloned().unwrap_or_default();
        times.sort();
        times
    }

    fn times(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, Vec<Duration>>> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self) {
        let others = self.inside.fetch_add(1, Ordering::Relaxed);
        self.most.fetch_max(others + 1, Ordering::Relaxed);
        if others > 0 {
            self.overlapping.fetch_add(1, Ordering::Relaxed);
        }
        BEGAN.set(Some(Instant::now()));
    }

    fn exit(&self, isolate: u64) {
        let took = BEGAN.take().map(|began| began.elapsed());
        self.inside.fetch_sub(1, Ordering::Relaxed);
        // A push: the lock is held for a moment.
        self.times().entry(isolate).or_default().extend(took);
    }
}

/// The subscriber. Its span ids are the numbers of isolates: more need not be known of a span.
struct Measure(Arc<Turns>);

impl Subscriber for Measure {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.name() == "turn" && metadata.target().starts_with("isolock")
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        let mut isolate = IsolateField(1);
        attributes.record(&mut isolate);
        span::Id::from_u64(isolate.0)
    }

    fn enter(&self, _span: &span::Id) {
        self.0.enter();
    }

    fn exit(&self, span: &span::Id) {
        self.0.exit(span.into_u64());
    }

    fn record(&self, _span: &span::Id, _values: &span::Record<'_>) {}

    fn record_follows_from(&self, _span: &span::Id, _follows: &span::Id) {}

    fn event(&self, _event: &Event<'_>) {}
}

struct IsolateField(u64);

impl Visit for IsolateField {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "isolate" {
            self.0 = value;
        }
    }

    fn record_debug(&mut self, _field: &Field, _value: &dyn std::fmt::Debug) {}
}
