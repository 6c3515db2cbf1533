//! What generated methods call.

use super::{Affine, WeakHomed, borrow::Use};
use crate::engine::{
    error::RunError,
    event::Event,
    lock::Lock,
    portable::Portable,
    run::{Run, TryRun},
    state,
    weak_context::WeakIoContext,
};
use std::panic::Location;

/// A method with `&self`.
#[track_caller]
pub fn with<T: Affine, R>(
    this: &WeakHomed<T>,
    lock: &mut Lock<'_>,
    method: &'static str,
    f: impl FnOnce(&T, &mut Lock<'_>) -> R,
) -> Result<R, RunError> {
    this.with_use(lock, Use { at: Location::caller(), method: Some(method), mutable: false }, f)
}

/// A method with `&mut self`.
#[track_caller]
pub fn with_mut<T: Affine, R>(
    this: &WeakHomed<T>,
    lock: &mut Lock<'_>,
    method: &'static str,
    f: impl FnOnce(&mut T, &mut Lock<'_>) -> R,
) -> Result<R, RunError> {
    this.with_use_mut(lock, Use { at: Location::caller(), method: Some(method), mutable: true }, f)
}

/// The receiver of a method with `self`.
#[track_caller]
pub fn take<T: Affine>(this: &WeakHomed<T>, lock: &mut Lock<'_>, method: &'static str) -> Result<T, RunError> {
    this.slot.take(lock, Use { at: Location::caller(), method: Some(method), mutable: true })
}

/// Runs `turn` in the value's context: as part of the event that this thread polls, if it is one of that context, else as an
/// event of its own.
#[track_caller]
pub fn run<T: Affine, C: Portable, R: Portable, E: Portable + From<RunError>>(
    this: &WeakHomed<T>,
    captures: C,
    turn: for<'a, 's> fn(&'a mut Lock<'s>, C) -> Result<R, E>,
) -> TryRun<C, R, E> {
    let at = Location::caller();
    let context = match (state::entered(), this.context()) {
        (Some(entered), _) => return TryRun::new(Run::refused(RunError::Reentrant { entered, at })),
        (None, Err(refused)) => return TryRun::new(Run::refused(refused)),
        (None, Ok(context)) => context,
    };
    match state::polled_event().filter(|polled: &Event| std::sync::Arc::ptr_eq(&polled.context, &context)) {
        Some(event) => event.try_run(captures, turn),
        None => WeakIoContext { inner: context }.try_run(captures, turn),
    }
}

/// A field of a type that an isolate or a context owns.
pub trait OwnedField {}
impl<T: Send> OwnedField for T {}

/// A field whose name doesn't begin with `own_`.
pub trait PlainField {}
impl<T: Portable> PlainField for T {}

/// On the shared home the turns of a context move between threads: a field that isn't `Send` needs `owner = thread`, and a
/// pinned home.
pub const fn assert_send_field<T: OwnedField>() {}

/// What holds something that is bound to its owner is named `own_…`, or has a reason in `#[affine(reason = "…")]`.
pub const fn assert_portable_field<T: PlainField>() {}
