//! What the modules share.

use isolock::{
    Gone, Report,
    prelude::*,
    protocol::{liveness::Why, termination::Request},
};
use isolock_tests::{Fixture, block_on, watched};
use std::{
    panic::Location,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    task::{Context, Poll, Waker},
    thread::{self, JoinHandle},
};

/// A runtime of its own for one test on one home.
pub(crate) struct World {
    pub(crate) fixture: Fixture,
    pub(crate) home: Home,
}

impl World {
    pub(crate) fn isolate(&self) -> Isolate {
        self.fixture.isolate(IsolateOptions::new().home(self.home))
    }

    /// An isolate with a context that has `bindings`.
    pub(crate) fn context(&self) -> (Isolate, IoContext) {
        self.with(|_lock, ()| Ok(()))
    }

    /// An isolate with a context that `setup` prepares.
    pub(crate) fn with(
        &self,
        setup: for<'a, 's> fn(&'a mut Lock<'s>, ()) -> Result<(), RunError>,
    ) -> (Isolate, IoContext) {
        let isolate = self.isolate();
        let context = block_on(isolate.context(ContextOptions::new()).setup((), setup)).expect("a context");
        (isolate, context)
    }

    /// Two contexts of one group.
    pub(crate) fn group(&self) -> (Isolate, IoContext, IoContext) {
        let isolate = self.isolate();
        let group = isolate.group();
        let make = || block_on(isolate.context(ContextOptions::new().group(&group)).build()).expect("a context");
        let contexts = (make(), make());
        (isolate, contexts.0, contexts.1)
    }

    /// The lines that contexts logged since the last look.
    pub(crate) fn console(&self) -> Vec<String> {
        let lines = self.fixture.reports().into_iter().filter_map(|report| match report {
            Report::Console { text, .. } => Some(text),
            _ => None,
        });
        lines.collect()
    }

    /// The unhandled rejections that were reported since the last look: context and message.
    pub(crate) fn rejections(&self) -> Vec<(u64, String)> {
        let messages = self.fixture.reports().into_iter().filter_map(|report| match report {
            Report::UnhandledRejection { context, error, .. } => Some((context, error.message)),
            _ => None,
        });
        messages.collect()
    }
}

/// Runs `test` on the shared and on the pinned home, and ends the process if it hangs.
pub(crate) fn on_both_homes(test: impl Fn(&World)) {
    watched(|| {
        for home in [Home::Shared, Home::Pinned] {
            println!("home: {home:?}");
            test(&World { fixture: Fixture::new(), home });
        }
    });
}

/// Carries what isn't portable into a turn: for tests that do what one should not.
pub(crate) struct Carry<T>(pub(crate) T);
impl<T: Send + 'static> Portable for Carry<T> {}

impl<T: Clone> Clone for Carry<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// A turn that stays inside until it is released.
pub(crate) struct Busy {
    open: mpsc::Sender<()>,
    turn: JoinHandle<Result<(), RunError>>,
}

impl Busy {
    /// Returns when the turn is inside.
    pub(crate) fn new(ctx: &IoContext) -> Self {
        let (open, door) = mpsc::channel::<()>();
        let (inside, entered) = mpsc::channel();
        let ctx = ctx.downgrade();
        let turn = thread::spawn(move || {
            block_on(ctx.run((Carry(door), inside), |_lock, (door, inside)| {
                inside.send(()).expect("somebody waits");
                // An error: the door was opened.
                door.0.recv().unwrap_or(());
            }))
        });
        entered.recv().expect("the turn begins");
        Self { open, turn }
    }

    /// Lets the turn end, and gives its outcome.
    pub(crate) fn release(self) -> Result<(), RunError> {
        drop(self.open);
        self.turn.join().expect("the turn's thread")
    }
}

/// Polls once, with a waker that does nothing.
pub(crate) fn poll_once<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls once and expects the future to wait.
#[track_caller]
pub(crate) fn pending<F: Future>(future: F) -> Pin<Box<F>> {
    let mut future = Box::pin(future);
    assert!(poll_once(&mut future).is_pending(), "it was expected to wait");
    future
}

/// Polls once and expects the future to be done.
#[track_caller]
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    match poll_once(&mut Box::pin(future)) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it was expected to be done at once"),
    }
}

/// Waits until `condition` holds; `watched` ends what never does.
pub(crate) fn until(mut condition: impl FnMut() -> bool) {
    while !condition() {
        thread::yield_now();
    }
}

/// Counts how often values like this one are dropped or cloned.
#[derive(Default)]
pub(crate) struct Counted {
    drops: Arc<AtomicUsize>,
    clones: Arc<AtomicUsize>,
}

impl Portable for Counted {}

impl Counted {
    /// The counters for drops and clones.
    pub(crate) fn counters(&self) -> (Arc<AtomicUsize>, Arc<AtomicUsize>) {
        (self.drops.clone(), self.clones.clone())
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.clones.fetch_add(1, Ordering::SeqCst);
        Self { drops: self.drops.clone(), clones: self.clones.clone() }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.drops.fetch_add(1, Ordering::SeqCst);
    }
}

pub(crate) fn count(counter: &AtomicUsize) -> usize {
    counter.load(Ordering::SeqCst)
}

/// A list that turns append to.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Portable for Log {}

impl Log {
    pub(crate) fn push(&self, line: impl Into<String>) {
        self.0.lock().expect("the log").push(line.into());
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().expect("the log").clone()
    }
}

/// What `result` failed with because something had ended.
#[track_caller]
pub(crate) fn gone<T>(result: Result<T, RunError>) -> Gone {
    match result {
        Err(RunError::Gone(gone)) => gone,
        Err(other) => panic!("expected Gone, found {other:?}"),
        Ok(_) => panic!("expected Gone, found a result"),
    }
}

/// Why it had ended.
#[track_caller]
pub(crate) fn why<T>(result: Result<T, RunError>) -> Why {
    gone(result).why()
}

/// What `result` was terminated by.
#[track_caller]
pub(crate) fn terminated<T>(result: Result<T, RunError>) -> Request {
    match result {
        Err(RunError::Terminated(request)) => request,
        Err(other) => panic!("expected Terminated, found {other:?}"),
        Ok(_) => panic!("expected Terminated, found a result"),
    }
}

/// What `result`'s script threw.
#[track_caller]
pub(crate) fn threw<T>(result: Result<T, RunError>) -> JsError {
    match result {
        Err(RunError::Threw(error)) => JsError::clone(&error),
        Err(other) => panic!("expected Threw, found {other:?}"),
        Ok(_) => panic!("expected Threw, found a result"),
    }
}

/// The message of the panic that `result` failed with.
#[track_caller]
pub(crate) fn panicked<T>(result: Result<T, RunError>) -> String {
    match result {
        Err(RunError::Panicked { message, .. }) => message.to_string(),
        Err(other) => panic!("expected Panicked, found {other:?}"),
        Ok(_) => panic!("expected Panicked, found a result"),
    }
}

/// Whether `at` is the line `line` of `file`.
#[track_caller]
pub(crate) fn assert_at(at: &Location<'_>, file: &str, line: u32) {
    assert_eq!((at.file(), at.line()), (file, line));
}

/// Runs a script that gives a string.
#[track_caller]
pub(crate) fn text(ctx: &IoContext, source: &str) -> String {
    block_on(ctx.eval(source)).unwrap_or_else(|error| panic!("{source}: {error}"))
}

/// Runs a script that gives a number.
#[track_caller]
pub(crate) fn number(ctx: &IoContext, source: &str) -> f64 {
    block_on(ctx.eval(source)).unwrap_or_else(|error| panic!("{source}: {error}"))
}

/// Panics, as far as the compiler knows not always: a body of type `!` is not portable.
pub(crate) fn boom(message: &str) {
    assert!(message.is_empty(), "{message}");
}

/// Panics when it is dropped.
pub(crate) struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        boom("a bomb was dropped");
    }
}

/// Has V8 collect what JS can't reach until `condition` holds. What V8 posts for it runs in the turns' ends.
pub(crate) fn collect_until(ctx: &IoContext, mut condition: impl FnMut() -> bool) {
    while !condition() {
        block_on(ctx.run((), |lock, ()| {
            // SAFETY: nothing is attached, and no handle is made.
            unsafe { lock.raw() }.low_memory_notification();
        }))
        .unwrap();
    }
}

/// Two contexts that may exchange objects.
pub(crate) fn siblings(isolate: &Isolate) -> (IoContext, IoContext) {
    let group = isolate.group();
    let make = || block_on(isolate.context(ContextOptions::new().group(&group)).build()).expect("a context");
    (make(), make())
}

/// Makes `globalThis.there` of the one the global object of the other.
pub(crate) fn introduce(one: &IoContext, other: &IoContext) {
    block_on(one.try_run((other.downgrade(),), |lock, (other,)| {
        let there = lock.in_context(&other, (), |lock, ()| {
            let global = lock.get_current_context().global(lock);
            lock.root(global)
        })?;
        let there = there.try_get(lock)?;
        lock.set_global("there", there)
    }))
    .expect("they are of one group");
}
