//! Shared helpers of the tests on real V8.

pub mod published;

pub use futures::executor::block_on;
use isolock::{Report, Runtime, prelude::*};
use std::{
    process,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// A runtime whose reports are kept.
pub struct Fixture {
    /// The runtime.
    pub runtime: Runtime,
    reports: Arc<Mutex<Vec<Report>>>,
}

impl Fixture {
    /// A runtime with default options.
    ///
    /// # Panics
    /// If V8 can't be initialised.
    #[must_use]
    pub fn new() -> Self {
        Self::with(|builder| builder)
    }

    /// A runtime with options.
    ///
    /// # Panics
    /// If V8 can't be initialised.
    pub fn with(options: impl FnOnce(isolock::RuntimeBuilder) -> isolock::RuntimeBuilder) -> Self {
        let reports = Arc::new(Mutex::new(Vec::new()));
        let sink = reports.clone();
        let builder = Runtime::builder().on_report(move |report| lock(&sink).push(report.clone()));
        Self { runtime: options(builder).build().expect("a runtime"), reports }
    }

    /// An isolate.
    ///
    /// # Panics
    /// If it can't be made.
    #[must_use]
    pub fn isolate(&self, options: IsolateOptions) -> Isolate {
        self.runtime.isolate(options).expect("an isolate")
    }

    /// An isolate on the shared home and a context in it.
    ///
    /// # Panics
    /// If they can't be made.
    #[must_use]
    pub fn context(&self) -> (Isolate, IoContext) {
        let isolate = self.isolate(IsolateOptions::new());
        let context = context(&isolate);
        (isolate, context)
    }

    /// What was reported so far; forgets it.
    #[must_use]
    pub fn reports(&self) -> Vec<Report> {
        std::mem::take(&mut lock(&self.reports))
    }
}

impl Default for Fixture {
    fn default() -> Self {
        Self::new()
    }
}

/// A bare context.
///
/// # Panics
/// If it can't be made.
#[must_use]
pub fn context(isolate: &Isolate) -> IoContext {
    block_on(isolate.context(ContextOptions::new()).build()).expect("a context")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends the process, with the wait graph, if `test` hangs.
pub fn watched<R>(test: impl FnOnce() -> R) -> R {
    let (done, alarm) = std::sync::mpsc::channel::<()>();
    let name = thread::current().name().unwrap_or("a test").to_owned();
    thread::spawn(move || {
        if alarm.recv_timeout(Duration::from_secs(180)) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            eprintln!("{name} hangs; who waits for whom:");
            for wait in IoContext::waits() {
                eprintln!("  {wait}");
            }
            process::abort();
        }
    });
    let result = test();
    drop(done);
    result
}
