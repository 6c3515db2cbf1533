//! Entries that take more than one turn, the same for strong and for weak handles of a context.

use super::{
    arguments::IntoArguments,
    context::refuse_here,
    convert::FromJs,
    error::RunError,
    event::Event,
    follow::Follow,
    lock::Lock,
    portable::Portable,
    promise,
    report::panic_message,
    root::JsRoot,
    run::{Keep, Pending},
    script,
};
use crate::{protocol::turn_record::Kind, v8};
use futures::{FutureExt, channel::oneshot::Canceled, task::SpawnExt};
use std::panic::{AssertUnwindSafe, Location};

/// See [`IoContext::eval`](super::IoContext::eval).
pub(crate) fn eval<T>(keep: Keep, at: &'static Location<'static>, source: &str) -> Pending<Result<T, RunError>>
where
    T: for<'s> FromJs<'s> + Portable,
{
    let source = source.to_owned();
    follow_turn(keep, at, move |lock: &mut Lock<'_>| {
        let value = lock.eval(&source)?;
        Ok(lock.follow::<T>(value))
    })
}

/// See [`IoContext::call`](super::IoContext::call).
pub(crate) fn call<T, A>(
    keep: Keep,
    at: &'static Location<'static>,
    object: &JsRoot<v8::Object>,
    name: &str,
    arguments: A,
) -> Pending<Result<T, RunError>>
where
    T: for<'s> FromJs<'s> + Portable,
    A: for<'s> IntoArguments<'s> + Portable,
{
    let (object, name) = (object.clone(), name.to_owned());
    follow_turn(keep, at, move |lock: &mut Lock<'_>| {
        let object = object.try_get(lock)?;
        let arguments = arguments.into_arguments(lock)?;
        let value = script::call_method(lock, object, &name, &arguments)?;
        Ok(lock.follow::<T>(value))
    })
}

/// See [`IoContext::spawn`](super::IoContext::spawn).
pub(crate) fn spawn<C: Portable, F>(
    keep: Keep,
    at: &'static Location<'static>,
    captures: C,
    body: fn(Event, C) -> F,
) -> Pending<Result<F::Output, RunError>>
where
    F: Future + Send + 'static,
    F::Output: Portable,
{
    let inner = keep.inner().clone();
    let handle = inner.core.spawner().spawn_with_handle(promise::run_kept(keep, at, captures, body));
    Pending::new(async move {
        let lost = match handle {
            // A handle panics if its task was dropped, or dropped its body with a panic.
            Ok(handle) => match AssertUnwindSafe(handle).catch_unwind().await {
                Ok(outcome) => return outcome,
                Err(payload) if payload.is::<Canceled>() => RunError::Cancelled { began: at },
                Err(payload) => return Err(RunError::Panicked { message: panic_message(&*payload).into(), at }),
            },
            Err(error) => RunError::Panicked { message: error.to_string().into(), at },
        };
        // The executor of a pinned home ends with its isolate.
        Err(inner.check().err().unwrap_or(lost))
    })
}

/// A turn that gives something to follow, in an event that ends with the future.
fn follow_turn<T: Portable, F>(keep: Keep, at: &'static Location<'static>, f: F) -> Pending<Result<T, RunError>>
where
    F: for<'a, 's> FnOnce(&'a mut Lock<'s>) -> Result<Follow<T>, RunError> + Send + 'static,
{
    outside(keep, at, move |event| async move {
        match event.resume(at, Kind::Enter, f).await {
            Ok(Ok(follow)) => follow.await,
            Ok(Err(error)) | Err(error) => Err(error),
        }
    })
}

/// What takes more than one turn, from outside: an event of its own, which ends with the future.
pub(crate) fn outside<T, F>(
    keep: Keep,
    at: &'static Location<'static>,
    body: impl FnOnce(Event) -> F + Send + 'static,
) -> Pending<Result<T, RunError>>
where
    F: Future<Output = Result<T, RunError>> + Send,
{
    let event = Event::begin(keep.inner(), at);
    let refused = refuse_here(keep.inner(), at);
    Pending::new(async move {
        refused?;
        // Dropped before the end: the event is cancelled, and what it started with it.
        let guard = event.cancel_on_drop();
        let outcome = body(event).await;
        guard.disarm();
        drop(keep);
        outcome
    })
}
