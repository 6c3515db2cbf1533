//! What is done when a promise settles.

use super::{
    arguments::Arguments,
    callback::ErasedFn,
    convert::FromJs,
    core::IsolateCore,
    error::RunError,
    event::Event,
    follow::outcome,
    function::IntoOutcome,
    lock::Lock,
    portable::Portable,
    promise::{begin, settle_outcome},
    reaction::{self, Reactions},
    report::panic_message,
    root::JsRoot,
    thrown::{Outcome, Thrown},
    turn::Entry,
};
use crate::v8;
use std::{
    panic::{AssertUnwindSafe, Location, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
};

impl<'s> Lock<'s> {
    /// Runs `body` when `promise` settles, and gives a promise of what it returns.
    ///
    /// The body runs once, in the checkpoint of the turn in which the promise settles, inside the context of this lock and
    /// as part of this turn's event: [`Lock::event`] gives that one, and if it was cancelled the body doesn't run. It
    /// doesn't count as pending: whoever settles the promise does. (The checkpoint may belong to another event's turn, also
    /// one of another context of the group. The input gate doesn't stand between a turn and its own microtasks.)
    ///
    /// The outcome is [`RunError::Threw`] if the promise is rejected, [`RunError::Convert`] if its value isn't a `T`. If it
    /// can't settle any more (a terminated turn took its reactions along, its context ended, it was collected), the body
    /// is told so in a turn of its own. It doesn't run if this context ends; its captures are dropped then, inside the isolate.
    ///
    /// ```no_run
    /// # use isolock::{prelude::*, v8};
    /// # fn turn<'s>(lock: &mut Lock<'s>, promise: v8::Local<'s, v8::Promise>) -> Result<(), RunError> {
    /// let length = lock.then(promise, ("read",), |lock, (what,), text: Result<String, RunError>| {
    ///     lock.console_log(what);
    ///     text.map(|text| text.len() as f64)
    /// })?;
    /// # lock.set_global("pending", length)
    /// # }
    /// ```
    ///
    /// # Errors
    /// If V8 refuses.
    #[track_caller]
    pub fn then<C, T, R>(
        &mut self,
        promise: v8::Local<'_, v8::Promise>,
        captures: C,
        body: for<'a, 'b> fn(&'a mut Lock<'b>, C, Result<T, RunError>) -> R,
    ) -> Result<v8::Local<'s, v8::Promise>, RunError>
    where
        C: Portable,
        T: for<'b> FromJs<'b> + 'static,
        R: for<'b> IntoOutcome<'b> + 'static,
    {
        let made = Location::caller();
        go_on(self, promise, made, Box::new(Sync { captures, body }))
    }

    /// Like [`Self::then`] for an asynchronous body, which runs on the runtime's spawner as an event below this turn's.
    ///
    /// # Errors
    /// If V8 refuses.
    #[track_caller]
    pub fn then_async<C, T, F>(
        &mut self,
        promise: v8::Local<'_, v8::Promise>,
        captures: C,
        body: fn(Event, C, Result<T, RunError>) -> F,
    ) -> Result<v8::Local<'s, v8::Promise>, RunError>
    where
        C: Portable,
        T: for<'b> FromJs<'b> + Portable,
        F: Future + Send + 'static,
        F::Output: for<'b> IntoOutcome<'b> + Send + 'static,
    {
        let made = Location::caller();
        go_on(self, promise, made, Box::new(Async { captures, body, made }))
    }
}

/// A body with its captures.
trait Continue<T>: Send {
    fn go_on<'b>(self: Box<Self>, lock: &mut Lock<'b>, outcome: Result<T, RunError>) -> Outcome<'b>;
}

struct Sync<C, T, R> {
    captures: C,
    body: for<'a, 'b> fn(&'a mut Lock<'b>, C, Result<T, RunError>) -> R,
}

impl<C: Portable, T, R: for<'b> IntoOutcome<'b>> Continue<T> for Sync<C, T, R> {
    fn go_on<'b>(self: Box<Self>, lock: &mut Lock<'b>, outcome: Result<T, RunError>) -> Outcome<'b> {
        (self.body)(lock, self.captures, outcome).into_outcome(lock)
    }
}

struct Async<C, T, F> {
    captures: C,
    body: fn(Event, C, Result<T, RunError>) -> F,
    made: &'static Location<'static>,
}

impl<C, T, F> Continue<T> for Async<C, T, F>
where
    C: Portable,
    T: Portable,
    F: Future + Send + 'static,
    F::Output: for<'b> IntoOutcome<'b> + Send + 'static,
{
    fn go_on<'b>(self: Box<Self>, lock: &mut Lock<'b>, outcome: Result<T, RunError>) -> Outcome<'b> {
        let Self { captures, body, made } = *self;
        let captures = (captures, outcome, body);
        let begun = begin(lock, "then", captures, |ev, (captures, outcome, body)| body(ev, captures, outcome), made);
        begun.map(Into::into).map_err(Thrown::from)
    }
}

fn go_on<'s, T: for<'b> FromJs<'b> + 'static>(
    lock: &mut Lock<'s>,
    promise: v8::Local<'_, v8::Promise>,
    made: &'static Location<'static>,
    body: Box<dyn Continue<T>>,
) -> Result<v8::Local<'s, v8::Promise>, RunError> {
    lock.check()?;
    let resolver = v8::PromiseResolver::new(lock).ok_or(RunError::Refused("it made no promise"))?;
    let waits_for = reaction::foreign_context(lock, promise);
    let rest = Arc::new(Rest {
        body: Mutex::new(Some(body)),
        resolver: JsRoot::new(lock, resolver, made),
        event: lock.event(),
    });
    reaction::react(lock, promise, |fulfilled, reactions| {
        let (rest, reactions) = (rest.clone(), reactions.clone());
        Box::new(Continuation { rest, reactions, fulfilled, waits_for })
    })?;
    Ok(resolver.get_promise(lock))
}

/// What both reactions share.
struct Rest<T> {
    body: Mutex<Option<Box<dyn Continue<T>>>>,
    resolver: JsRoot<v8::PromiseResolver>,
    event: Event,
}

impl<T> Rest<T> {
    fn take(&self) -> Option<Box<dyn Continue<T>>> {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Runs the body as part of its event and settles the promise that was given for it.
    fn finish<'s>(&self, lock: &mut Lock<'s>, body: Box<dyn Continue<T>>, outcome: Result<T, RunError>) {
        let event = &self.event;
        let result = if event.is_cancelled() {
            drop(body);
            Err(RunError::Cancelled { began: event.began() }.into())
        } else {
            let go_on = || lock.as_part_of(event, |lock| body.go_on(lock, outcome));
            let result = catch_unwind(AssertUnwindSafe(go_on));
            result.unwrap_or_else(|payload| Err(Thrown::panicked("then", &panic_message(&*payload))))
        };
        if let Ok(resolver) = self.resolver.try_get(lock) {
            settle_outcome(lock, resolver, result);
        }
    }
}

struct Continuation<T> {
    rest: Arc<Rest<T>>,
    reactions: Reactions,
    fulfilled: bool,
    waits_for: Option<u64>,
}

impl<T: for<'b> FromJs<'b> + 'static> ErasedFn for Continuation<T> {
    fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s> {
        if let Some(body) = self.rest.take() {
            let outcome = outcome(lock, args.value(0), self.fulfilled);
            self.rest.finish(lock, body, outcome);
        }
        self.reactions.release(lock.core());
        Ok(lock.undefined())
    }

    /// The promise can't settle any more: the body is told in a turn of its own.
    fn abort(&self, core: &IsolateCore, why: &RunError) {
        self.reactions.release(core);
        let Some(body) = self.rest.take() else { return };
        let (rest, why) = (self.rest.clone(), why.clone());
        let context = rest.event.context.clone();
        let entry = Entry::settlement(&rest.event.state, "then");
        super::detached::submit_turn(
            &context,
            entry,
            move |lock: &mut Lock<'_>| rest.finish(lock, body, Err(why)),
            // A context that is gone has nobody left to be told.
            drop,
        );
    }

    fn waits_for(&self) -> Option<u64> {
        self.waits_for
    }
}
