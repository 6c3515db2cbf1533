//! The strong handle of a context.

use super::{
    arguments::IntoArguments,
    context::{ContextInner, StrongContext, check_section, debug, enter},
    convert::{FromJs, IntoJs},
    error::RunError,
    evaluate,
    event::Event,
    home_loop,
    lock::Lock,
    park,
    portable::Portable,
    root::JsRoot,
    run::{Keep, Pending, Run, TryRun},
    state,
    turn::{Entry, TurnBody},
    turn_threads,
    weak_context::WeakIoContext,
};
use crate::protocol::{
    gate::OUTSIDE,
    liveness::Why,
    termination::{Address, Request},
    turn_future::TurnFuture,
    turn_record::Kind,
    wait_graph::{Holding, Wait, WaitGraph},
};
use crate::v8;
use std::{
    fmt,
    panic::Location,
    sync::{Arc, LazyLock},
    thread,
};

/// Who waits for whom in this process.
static WAITS: LazyLock<WaitGraph> = LazyLock::new(WaitGraph::new);

/// The strong handle of a context. The context lives until it is closed or the last clone is dropped.
///
/// It is not [`Portable`]: what goes into turns and asynchronous bodies holds contexts weakly (rule R3).
#[derive(Clone)]
pub struct IoContext {
    pub(crate) strong: Arc<StrongContext>,
}

impl IoContext {
    pub(crate) fn inner(&self) -> &Arc<ContextInner> {
        &self.strong.inner
    }

    /// The weak handle.
    #[must_use]
    pub fn downgrade(&self) -> WeakIoContext {
        WeakIoContext { inner: self.inner().clone() }
    }

    /// The context's number, unique in this process.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.inner().id
    }

    /// Begins an event, to be cancelled or terminated from outside.
    #[track_caller]
    #[must_use]
    pub fn event(&self) -> Event {
        Event::begin(self.inner(), Location::caller())
    }

    /// Runs `turn` inside the context, as soon as its gate and the isolate's queue let it in. **Enter**: begins a new
    /// event.
    ///
    /// The future runs the turn on the thread that polls it if the isolate is free, and then a batch of the turns that wait
    /// for it: set a [`turn_limit`](super::IsolateOptions::turn_limit) where turns may be long, or use
    /// [`Turns::Pool`](super::Turns::Pool). Dropping it before the turn has begun means that it never runs. A pending call
    /// keeps the context alive.
    ///
    /// Captures are a tuple, with a comma where there is one: `(a,)`. rustc's `expected fn pointer, found closure` means that
    /// the body mentions a variable that isn't listed: add it to the tuple and to the parameter.
    ///
    /// # Errors
    /// See [`RunError`].
    #[track_caller]
    pub fn run<C: Portable, R: Portable>(
        &self,
        captures: C,
        turn: for<'a, 's> fn(&'a mut Lock<'s>, C) -> R,
    ) -> Run<C, R> {
        enter(Keep::Context(self.clone()), Location::caller(), captures, turn)
    }

    /// Like [`Self::run`] for a body that can fail: one `Result`, one `?`.
    ///
    /// A body that ends with `Ok(..)` has to name its error: `Ok::<_, RunError>(..)`.
    ///
    /// # Errors
    /// The body's, and [`RunError`] converted to it.
    #[track_caller]
    pub fn try_run<C: Portable, R: Portable, E: Portable + From<RunError>>(
        &self,
        captures: C,
        turn: for<'a, 's> fn(&'a mut Lock<'s>, C) -> Result<R, E>,
    ) -> TryRun<C, R, E> {
        TryRun::new(self.run(captures, turn))
    }

    /// Runs `turn` and blocks the thread until it is done.
    ///
    /// For threads that may block. Inside a turn of *another* isolate the wait is registered in the wait graph and the
    /// turn runs on a thread of the runtime.
    ///
    /// # Errors
    /// [`RunError::Deadlock`] if the wait could never end: inside a turn of the same isolate, or of one whose turn waits
    /// for this one; every party and call site is named. [`RunError::InsideSection`] if it is called from inside the
    /// critical section it would wait for. See [`RunError`] for the rest.
    #[track_caller]
    pub fn run_blocking<C: Portable, R: Portable>(
        &self,
        captures: C,
        turn: for<'a, 's> fn(&'a mut Lock<'s>, C) -> R,
    ) -> Result<R, RunError> {
        let at = Location::caller();
        let core = &self.inner().core;
        let holding = state::holding();
        let wait = |holding| {
            let wait = Wait { thread: thread::current().id(), holding, wants: core.id, at };
            WAITS.wait(wait).map_err(|cycle| RunError::Deadlock(Arc::new(cycle)))
        };
        let _waiting = wait(holding)?;
        check_section(self.inner(), at)?;
        // The home thread of a pinned isolate holds it between turns, too: while it waits, nobody else runs its turns.
        let home = home_loop::home_of_this_thread().filter(|home| match holding {
            Some(holding) => holding.isolate != *home,
            // Its own isolate is free now, but a section that keeps this turn out needs turns to end.
            None => core.id != *home || !self.inner().gate.admits(OUTSIDE),
        });
        let entered = state::entered().or_else(|| state::polled_event().map(|event| event.began())).unwrap_or(at);
        let _waiting = home.map(|isolate| wait(Some(Holding { isolate, entered }))).transpose()?;
        let _stand_in = turn_threads::stand_in();
        let entry = Entry::new(Kind::Enter, None, at);
        let body = TurnBody::new(self.inner().clone(), entry, move |lock: &mut Lock<'_>| turn(lock, captures));
        let future = match holding {
            Some(_) => TurnFuture::offloaded(core.clone(), body),
            None => TurnFuture::new(core.clone(), body),
        };
        park::block_on(future)
    }

    /// Everybody in this process who blocks in [`Self::run_blocking`] at this moment.
    #[must_use]
    pub fn waits() -> Vec<Wait> {
        WAITS.snapshot()
    }

    /// Runs a script and converts its value; follows a promise to its end.
    ///
    /// Dropping the future cancels the event, and with it the asynchronous host functions that the script called.
    ///
    /// # Errors
    /// [`RunError::Threw`] with what the script threw or its promise was rejected with, [`RunError::Convert`] if the value
    /// isn't a `T`. A promise that never settles is waited for until V8 has collected it ([`RunError::PromiseLost`]) or the
    /// context ends ([`RunError::Gone`]).
    #[track_caller]
    pub fn eval<T>(&self, source: &str) -> Pending<Result<T, RunError>>
    where
        T: for<'s> FromJs<'s> + Portable,
    {
        evaluate::eval(Keep::Context(self.clone()), Location::caller(), source)
    }

    /// Calls the function `name` of `object` with `arguments`, and follows a promise that it returns.
    ///
    /// # Errors
    /// [`RunError::Threw`] with what it threw, also if there is no such function; [`RunError::Convert`];
    /// [`RunError::WrongIsolate`].
    #[track_caller]
    pub fn call<T, A>(&self, object: &JsRoot<v8::Object>, name: &str, arguments: A) -> Pending<Result<T, RunError>>
    where
        T: for<'s> FromJs<'s> + Portable,
        A: for<'s> IntoArguments<'s> + Portable,
    {
        evaluate::call(Keep::Context(self.clone()), Location::caller(), object, name, arguments)
    }

    /// Sets a global variable.
    ///
    /// # Errors
    /// See [`RunError`].
    #[track_caller]
    pub fn set_global<V>(&self, name: &str, value: V) -> TryRun<(String, V), (), RunError>
    where
        V: for<'s> IntoJs<'s> + Portable,
    {
        self.try_run((name.to_owned(), value), |lock, (name, value)| lock.set_global(&name, value))
    }

    /// Runs an asynchronous body as an event of this context on the runtime's spawner. The lock is not held while it
    /// awaits; [`Event::run`] takes turns.
    ///
    /// The body is cancelled when the event is: when the context ends, or the returned future is dropped.
    ///
    /// # Errors
    /// [`RunError::Cancelled`], [`RunError::Gone`], [`RunError::Panicked`].
    #[track_caller]
    pub fn spawn<C: Portable, F>(&self, captures: C, body: fn(Event, C) -> F) -> Pending<Result<F::Output, RunError>>
    where
        F: Future + Send + 'static,
        F::Output: Portable,
    {
        evaluate::spawn(Keep::Context(self.clone()), Location::caller(), captures, body)
    }

    /// How many asynchronous host functions and spawned bodies are under way.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.inner().root.pending()
    }

    /// Resolves when no asynchronous host function and no spawned body is under way.
    pub fn idle(&self) -> impl Future<Output = ()> + Send + use<> {
        self.inner().root.idle()
    }

    /// Ends the context. What waits fails with [`RunError::Gone`], its events are cancelled; a turn that is running ends
    /// by itself, but its calls of host functions are refused (and one that keeps calling is terminated). Further calls do nothing.
    #[track_caller]
    pub fn close(&self) {
        self.inner().end(Why::Closed, Location::caller());
    }

    /// Ends the context like [`Self::close`], and terminates its running turn.
    #[track_caller]
    pub fn kill(&self) {
        let at = Location::caller();
        let inner = self.inner();
        inner.end(Why::Killed, at);
        if inner.core.termination.request(Address::Context(inner.id), Request::ContextKilled(at)) {
            super::watchdog::get().note();
        }
    }

    /// Whether the context may still be entered.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.inner().liveness.is_alive()
    }
}

impl fmt::Debug for IoContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(self.inner(), "IoContext", f)
    }
}
