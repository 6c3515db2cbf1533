//! Methods of handles: those that are a turn of their own, those that await, and results inside results.

use super::{Affine, Use, WeakHomed};
use crate::engine::{error::RunError, event::Event, lock::Lock, portable::Portable, promise, run::Keep, state};
use std::{panic::Location, sync::Arc};

/// The use of a value by a method that has a turn of its own: where that was entered is where the method was called.
fn called(lock: &Lock<'_>, method: &'static str, mutable: bool) -> Use {
    Use { at: lock.entered(), method: Some(method), mutable }
}

/// A method with `&self`, in a turn of its own.
///
/// # Errors
/// As for [`WeakHomed::try_get`].
pub fn turn_with<T: Affine, R>(
    this: &WeakHomed<T>,
    lock: &mut Lock<'_>,
    method: &'static str,
    f: impl FnOnce(&T, &mut Lock<'_>) -> R,
) -> Result<R, RunError> {
    this.with_use(lock, called(lock, method, false), f)
}

/// A method with `&mut self`, in a turn of its own.
///
/// # Errors
/// As for [`WeakHomed::try_get_mut`].
pub fn turn_with_mut<T: Affine, R>(
    this: &WeakHomed<T>,
    lock: &mut Lock<'_>,
    method: &'static str,
    f: impl FnOnce(&mut T, &mut Lock<'_>) -> R,
) -> Result<R, RunError> {
    this.with_use_mut(lock, called(lock, method, true), f)
}

/// The receiver of a method with `self`, in a turn of its own.
///
/// # Errors
/// As for [`WeakHomed::take`].
pub fn turn_take<T: Affine>(this: &WeakHomed<T>, lock: &mut Lock<'_>, method: &'static str) -> Result<T, RunError> {
    this.slot.take(lock, called(lock, method, true))
}

/// One `?` for two: the method's error takes what the turn may fail with.
///
/// # Errors
/// Both.
pub fn flat<R, E: From<RunError>>(result: Result<Result<R, E>, RunError>) -> Result<R, E> {
    result.map_err(E::from)?
}

/// The same for a future.
///
/// # Errors
/// Both.
pub async fn flat_async<R, E: From<RunError>>(
    future: impl Future<Output = Result<Result<R, E>, RunError>>,
) -> Result<R, E> {
    flat(future.await)
}

/// Runs an asynchronous method in the value's context, where it is polled: as part of the event that this thread polls, if
/// it is one of that context, else as an event of its own. It ends with the future, and keeps nothing alive.
#[track_caller]
pub fn run_async<T: Affine, C: Portable, F>(
    this: &WeakHomed<T>,
    captures: C,
    body: fn(Event, C) -> F,
) -> impl Future<Output = Result<F::Output, RunError>> + Send + use<T, C, F>
where
    F: Future + Send + 'static,
    F::Output: Portable,
{
    let at = Location::caller();
    let event = this.context().map(|context| {
        match state::polled_event().filter(|polled| Arc::ptr_eq(&polled.context, &context)) {
            Some(polled) => polled.child(None, at),
            None => Event::begin(&context, at),
        }
    });
    let started = event.map(|event| {
        let (keep, body) = (Keep::Record(event.context.clone()), promise::body(&event, captures, body));
        promise::follow_through(event, keep, body)
    });
    async move { started?.await }
}
