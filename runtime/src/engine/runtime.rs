//! The process's V8, and what isolates share: spawner, turn threads, reports.

use super::{
    error::RuntimeError,
    home_loop::HomeLoop,
    isolate::{Isolate, IsolateOptions},
    platform,
    report::{self, Report, Reporter},
    spawner::{PoolSpawner, SharedSpawner},
    turn_threads::TurnThreads,
};
use crate::v8;
use futures::task::Spawn;
use std::{fmt, num::NonZeroUsize, sync::Arc, thread};

/// Where turns of isolates on the shared home run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Turns {
    /// On the thread that polls the turn's future: no hop, and no allocation when nobody else is in the isolate. Whoever
    /// leaves the isolate runs a batch of the turns that wait. V8 expects a stack of at least 1 MB (Rust's threads have 2).
    #[default]
    Inline,
    /// On this many threads of the runtime, so that long JS never sits on an executor's thread.
    Pool(NonZeroUsize),
}

/// V8 is initialised, and isolates can be made. A cheap handle; clones share everything.
///
/// V8 is initialised once per process. Several runtimes may exist; they share V8 and its flags.
#[derive(Clone)]
pub struct Runtime {
    pub(crate) inner: Arc<RuntimeInner>,
}

pub(crate) struct RuntimeInner {
    pub(crate) spawner: SharedSpawner,
    pub(crate) threads: TurnThreads,
    pub(crate) turns: Turns,
    pub(crate) reporter: Reporter,
}

impl Runtime {
    /// Options for a runtime.
    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder { flags: String::new(), spawner: None, turns: Turns::Inline, reporter: None }
    }

    /// Makes an isolate.
    ///
    /// # Errors
    /// If a thread can't be started (pinned home) or V8 refuses.
    pub fn isolate(&self, options: IsolateOptions) -> Result<Isolate, RuntimeError> {
        Isolate::new(&self.inner, options)
    }

    /// Takes over an isolate that the embedder has made, with parameters or a snapshot of its own, and shared by the v8
    /// crate's `OwnedIsolate::try_into_shared`. Its contexts are taken over by
    /// [`Isolate::adopt_context`](super::Isolate::adopt_context); from then on it is an isolate like any other, and isolock
    /// disposes of it. Blocks until nobody else has it locked.
    ///
    /// The microtask policy, the promise-reject callback and `Atomics.wait` become isolock's; other callbacks, slots and
    /// templates stay. (`try_into_shared` is unsafe because all that is attached has to be `Send`. On the pinned home it is
    /// moved to a thread of its own once, which needs the same.) [`IsolateOptions::heap_limit`] has to be the limit that it
    /// was made with: V8 watches that one.
    ///
    /// # Errors
    /// [`RuntimeError::InTurn`]; [`RuntimeError::FixedWhenMade`] for a buffer limit; [`RuntimeError::Thread`].
    ///
    /// # Panics
    /// If this thread has entered another isolate by hand, or (shared home) holds the lock of this one.
    pub fn adopt(&self, isolate: v8::SharedIsolate, options: IsolateOptions) -> Result<Isolate, RuntimeError> {
        Isolate::adopt(&self.inner, isolate, options)
    }

    /// The same for an isolate that isn't shared and stays on its thread, the calling one, which becomes its pinned home
    /// (whatever the options say). What is attached to it need not be `Send`, except the memory of its buffers, which
    /// [`StructuredClone`](super::StructuredClone) takes along. Its turns run while the [`HomeLoop`] is
    /// polled.
    ///
    /// ```no_run
    /// # use isolock::{prelude::*, v8};
    /// # fn example(runtime: &Runtime, isolate: v8::OwnedIsolate) -> Result<(), isolock::RuntimeError> {
    /// let (isolate, home) = runtime.adopt_here(isolate, IsolateOptions::new())?;
    /// std::thread::spawn(move || { /* turns from elsewhere */ drop(isolate) });
    /// futures::executor::block_on(home); // until the isolate is shut down
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`Self::adopt`]; [`RuntimeError::HomeTaken`] if the thread is the home of another isolate already;
    /// [`RuntimeError::NotShareable`] if V8 refuses (weak handles are alive, another isolate was entered on top of it). The
    /// isolate is then disposed of, or leaked where it isn't the one that was entered last.
    ///
    /// # Panics
    /// If the thread had entered another isolate by hand before this one was made.
    pub fn adopt_here(
        &self,
        isolate: v8::OwnedIsolate,
        options: IsolateOptions,
    ) -> Result<(Isolate, HomeLoop), RuntimeError> {
        Isolate::adopt_here(&self.inner, isolate, options)
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").field("turns", &self.inner.turns).finish_non_exhaustive()
    }
}

/// Options of a [`Runtime`].
#[must_use = "a builder does nothing until `build`"]
pub struct RuntimeBuilder {
    flags: String,
    spawner: Option<SharedSpawner>,
    turns: Turns,
    reporter: Option<Reporter>,
}

impl RuntimeBuilder {
    /// V8's command-line flags (`--stack-size=500`). All runtimes of a process must agree on them.
    pub fn v8_flags(mut self, flags: &str) -> Self {
        flags.clone_into(&mut self.flags);
        self
    }

    /// Who polls asynchronous host functions. Default: with the `tokio` feature the tokio runtime that is current when the
    /// runtime is built, otherwise a small thread pool of its own.
    pub fn spawner(mut self, spawner: impl Spawn + Send + Sync + 'static) -> Self {
        self.spawner = Some(Arc::new(spawner));
        self
    }

    /// Where turns of the shared home run. Default: [`Turns::Inline`].
    pub fn turns(mut self, turns: Turns) -> Self {
        self.turns = turns;
        self
    }

    /// Who hears of what nobody waits for: unhandled rejections, `console_log`. Called inside turns: it must not block.
    /// Default: console to standard output, the rest to standard error.
    pub fn on_report(mut self, reporter: impl Fn(&Report) + Send + Sync + 'static) -> Self {
        self.reporter = Some(Arc::new(reporter));
        self
    }

    /// Initialises V8, if that has not been done, and makes the runtime.
    ///
    /// # Errors
    /// If V8 runs with other flags, or was initialised by other code.
    pub fn build(self) -> Result<Runtime, RuntimeError> {
        platform::initialise(&self.flags)?;
        let cores = thread::available_parallelism().map_or(2, NonZeroUsize::get);
        let threads = match self.turns {
            Turns::Inline => cores.clamp(2, 4),
            Turns::Pool(n) => n.get(),
        };
        Ok(Runtime {
            inner: Arc::new(RuntimeInner {
                spawner: self.spawner.unwrap_or_else(|| default_spawner(cores)),
                threads: TurnThreads::new(threads),
                turns: self.turns,
                reporter: self.reporter.unwrap_or_else(|| Arc::new(report::standard)),
            }),
        })
    }
}

fn default_spawner(cores: usize) -> SharedSpawner {
    #[cfg(feature = "tokio")]
    if let Ok(handle) = tokio::runtime::Handle::try_current() {
        return Arc::new(super::spawner::TokioSpawner(handle));
    }
    Arc::new(PoolSpawner::new(cores.clamp(2, 8)))
}

impl fmt::Debug for RuntimeBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuntimeBuilder").field("flags", &self.flags).field("turns", &self.turns).finish_non_exhaustive()
    }
}
