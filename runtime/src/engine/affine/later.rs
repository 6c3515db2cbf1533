//! Generated methods that await, and results inside results.

use super::{Affine, WeakHomed};
use crate::engine::{error::RunError, event::Event, portable::Portable, promise, state};
use std::{panic::Location, sync::Arc};

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
        let body = promise::body(&event, captures, body);
        promise::follow_through(event, None, body)
    });
    async move { started?.await }
}
