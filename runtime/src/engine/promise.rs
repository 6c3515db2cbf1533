//! Asynchronous bodies, and the promises that JS gets for them.

use super::{
    detached,
    error::{Gone, RunError},
    event::Event,
    function::IntoOutcome,
    io_context::IoContext,
    lock::Lock,
    portable::Portable,
    report::panic_message,
    root::JsRoot,
    run::Keep,
    state,
    thrown::{Outcome, Thrown},
    turn::{Entry, TurnBody},
};
use crate::protocol::{event::Work, turn_future::TurnFuture};
use crate::v8;
use futures::{
    FutureExt,
    future::{self, FutureObj},
    task::Spawn,
};
use std::{
    any::Any,
    panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind},
    pin::{Pin, pin},
    task::Poll,
};

/// An asynchronous body. It is boxed so that all that is around it is compiled once for each type of result, and not for
/// each function.
pub(crate) type Body<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The body, which begins when it is first polled: making its future may already run code.
pub(crate) fn body<C: Send + 'static, F>(event: &Event, captures: C, body: fn(Event, C) -> F) -> Body<F::Output>
where
    F: Future + Send + 'static,
{
    let event = event.clone();
    Box::pin(async move { body(event, captures).await })
}

/// Polls a body as part of `event`: catches its panics, and drops it when the event is cancelled.
pub(crate) async fn drive<T>(event: Event, body: Body<T>) -> Result<T, RunError> {
    let began = event.began();
    let panicked =
        |payload: Box<dyn Any + Send>| RunError::Panicked { message: panic_message(&*payload).into(), at: began };
    let mut body = AssertUnwindSafe(body).catch_unwind();
    let mut cancelled = pin!(event.state.cancelled());
    future::poll_fn(|cx| {
        if cancelled.as_mut().poll(cx).is_ready() {
            let ended = match event.state.terminated() {
                Some(request) => RunError::Terminated(request),
                None => RunError::Cancelled { began },
            };
            return Poll::Ready(Err(event.context.check().err().unwrap_or(ended)));
        }
        state::polling(&event, || body.poll_unpin(cx)).map(|done| done.map_err(panicked))
    })
    .await
}

/// Runs an asynchronous body as an event of `ctx`, where it is polled. The event ends with the future.
#[track_caller]
pub fn run_async<C: Portable, F>(
    ctx: &IoContext,
    captures: C,
    body: fn(Event, C) -> F,
) -> impl Future<Output = Result<F::Output, RunError>> + Send + use<C, F>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    run_kept(Keep::Context(ctx.clone()), Location::caller(), captures, body)
}

/// The same for any handle of a context.
pub(crate) fn run_kept<C: Portable, F>(
    keep: Keep,
    at: &'static Location<'static>,
    captures: C,
    body: fn(Event, C) -> F,
) -> impl Future<Output = Result<F::Output, RunError>> + Send + use<C, F>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let event = Event::begin(keep.inner(), at);
    let body = self::body(&event, captures, body);
    follow_through(event, keep, body)
}

/// The rest of [`run_async`], which doesn't depend on the body's type.
async fn follow_through<T>(event: Event, keep: Keep, body: Body<T>) -> Result<T, RunError> {
    event.context.check()?;
    let _work = event.state.work();
    // Dropped or done: what the body started and nobody awaits is cancelled with it.
    let guard = event.cancel_on_drop();
    let outcome = drive(event, body).await;
    guard.disarm();
    drop(keep);
    outcome
}

/// Starts an asynchronous host function and gives its promise to JS.
pub fn start<'s, C: Portable, F>(
    lock: &mut Lock<'s>,
    name: &'static str,
    captures: C,
    body: fn(Event, C) -> F,
) -> Outcome<'s>
where
    F: Future + Send + 'static,
    F::Output: for<'b> IntoOutcome<'b> + Send + 'static,
{
    let at = lock.entered();
    into_outcome(begin(lock, name, captures, body, at))
}

fn into_outcome<'s>(promise: Result<v8::Local<'s, v8::Promise>, RunError>) -> Outcome<'s> {
    promise.map(Into::into).map_err(Thrown::from)
}

/// See [`Lock::promise`].
pub(crate) fn begin<'s, C: Send + 'static, F>(
    lock: &mut Lock<'s>,
    name: &'static str,
    captures: C,
    body: fn(Event, C) -> F,
    at: &'static Location<'static>,
) -> Result<v8::Local<'s, v8::Promise>, RunError>
where
    F: Future + Send + 'static,
    F::Output: for<'b> IntoOutcome<'b> + Send + 'static,
{
    let (promise, settle) = open(lock, name, at)?;
    let body = self::body(&settle.event, captures, body);
    spawn(lock, settle, body);
    Ok(promise)
}

/// The promise of an asynchronous host function, with its event.
fn open<'s>(
    lock: &mut Lock<'s>,
    name: &'static str,
    at: &'static Location<'static>,
) -> Result<(v8::Local<'s, v8::Promise>, Settle), RunError> {
    lock.check()?;
    let resolver = v8::PromiseResolver::new(lock).ok_or(RunError::Refused("it made no promise"))?;
    let promise = resolver.get_promise(lock);
    let event = lock.event().child(None, at);
    let unsettled = Unsettled {
        resolver: JsRoot::new(lock, resolver, at),
        name,
        caller: lock.state().caller(lock.context_inner()),
        work: event.state.work(),
    };
    Ok((promise, Settle { promise: Some(unsettled), event }))
}

fn spawn<T>(lock: &Lock<'_>, settle: Settle, body: Body<T>)
where
    T: for<'b> IntoOutcome<'b> + Send + 'static,
{
    let event = settle.event.clone();
    let core = event.context.core.clone();
    let task = async move {
        let outcome = drive(event, body).await;
        settle.now(outcome).await;
    };
    // What is left of a body is dropped at its end, where a panic would end a thread of the spawner, or a home.
    let task = AssertUnwindSafe(task).catch_unwind().map(move |done| {
        if let Err(payload) = done {
            core.guarded(|| resume_unwind(payload));
        }
    });
    // If the spawner refuses, the task is dropped, and `Settle` rejects the promise.
    drop(lock.core().spawner().spawn_obj(FutureObj::new(task.boxed())));
}

/// Settles the promise of an asynchronous host function, exactly once: when its body ends, or when the task that polls it
/// is dropped.
struct Settle {
    promise: Option<Unsettled>,
    event: Event,
}

/// A promise that was given to JS.
struct Unsettled {
    resolver: JsRoot<v8::PromiseResolver>,
    name: &'static str,
    /// The event that called from another context of the group: it is told if the function's own context has ended.
    caller: Option<Event>,
    work: Work,
}

impl Settle {
    /// Built here and not in an async function, whose future the compiler could not prove to be `Send`.
    fn now<T>(mut self, outcome: Result<T, RunError>) -> impl Future<Output = ()> + Send + use<T>
    where
        T: for<'b> IntoOutcome<'b> + Send + 'static,
    {
        let promise = self.promise.take();
        let context = self.event.context.clone();
        let core = context.core.clone();
        let name = promise.as_ref().map_or("promise", |promise| promise.name);
        let entry = Entry::settlement(&self.event.state, name);
        let resolver = promise.as_ref().map(|promise| promise.resolver.clone());
        let body = TurnBody::new(context, entry, move |lock: &mut Lock<'_>| {
            if let Some(resolver) = &resolver {
                settle(lock, name, resolver, outcome);
            }
        });
        TurnFuture::new(core, body).map(move |settled| {
            // A terminated turn told JS nothing that it could use.
            if let (Err(RunError::Gone(gone)), Some(promise)) = (settled, promise) {
                promise.tell_caller(gone);
            }
        })
    }
}

impl Drop for Settle {
    fn drop(&mut self) {
        let Some(promise) = self.promise.take() else { return };
        let began = self.event.began();
        let (resolver, name) = (promise.resolver.clone(), promise.name);
        let entry = Entry::settlement(&self.event.state, name);
        detached::submit_turn(
            &self.event.context,
            entry,
            move |lock: &mut Lock<'_>| settle::<()>(lock, name, &resolver, Err(RunError::Cancelled { began })),
            move |settled| {
                if let Err(RunError::Gone(gone)) = settled {
                    promise.tell_caller(gone);
                }
            },
        );
    }
}

impl Unsettled {
    /// The function's context has ended. In the caller's, if there is another one, JS may still await the promise.
    fn tell_caller(self, gone: Gone) {
        let Self { resolver, name, caller, work } = self;
        if let Some(caller) = caller {
            detached::submit_turn(
                &caller.context,
                Entry::settlement(&caller.state, name),
                move |lock: &mut Lock<'_>| settle::<()>(lock, name, &resolver, Err(gone.into())),
                drop,
            );
        }
        drop(work);
    }
}

fn settle<T>(
    lock: &mut Lock<'_>,
    name: &'static str,
    resolver: &JsRoot<v8::PromiseResolver>,
    outcome: Result<T, RunError>,
) where
    T: for<'b> IntoOutcome<'b>,
{
    let Ok(resolver) = resolver.try_get(lock) else { return };
    let outcome = match outcome {
        Ok(value) => catch_unwind(AssertUnwindSafe(|| value.into_outcome(lock)))
            .unwrap_or_else(|payload| Err(Thrown::panicked(name, &panic_message(&*payload)))),
        Err(RunError::Panicked { message, .. }) => Err(Thrown::panicked(name, &message)),
        Err(error) => Err(error.into()),
    };
    settle_outcome(lock, resolver, outcome);
}

/// Settles a promise.
pub(crate) fn settle_outcome<'s>(
    lock: &mut Lock<'s>,
    resolver: v8::Local<'s, v8::PromiseResolver>,
    outcome: Outcome<'s>,
) {
    match outcome {
        Ok(value) => resolver.resolve(lock, value),
        Err(thrown) => {
            let value = thrown.into_value(lock);
            resolver.reject(lock, value)
        }
    };
}
