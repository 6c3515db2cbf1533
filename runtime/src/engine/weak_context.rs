//! The weak handle of a context.

use super::{
    arguments::IntoArguments,
    context::{ContextInner, debug, enter},
    convert::{FromJs, IntoJs},
    error::RunError,
    evaluate,
    event::Event,
    lock::Lock,
    portable::Portable,
    root::JsRoot,
    run::{Keep, Pending, Run, TryRun},
};
use crate::{protocol::liveness::Why, v8};
use std::{fmt, panic::Location, sync::Arc};

/// The weak handle of a context: `Send + Sync + Clone`, goes into turns, tasks and callbacks. It keeps only the record
/// alive, and gives access only inside a turn; there is no `upgrade` that an await could keep.
#[derive(Clone)]
pub struct WeakIoContext {
    pub(crate) inner: Arc<ContextInner>,
}

impl WeakIoContext {
    /// The context's number, unique in this process.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.inner.id
    }

    /// Whether the context may still be entered at this moment.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.inner.liveness.is_alive()
    }

    /// Begins an event, to be cancelled or terminated from outside.
    #[track_caller]
    #[must_use]
    pub fn event(&self) -> Event {
        Event::begin(&self.inner, Location::caller())
    }

    /// Like [`IoContext::run`](super::IoContext::run), but does not keep the context alive while it waits.
    ///
    /// # Errors
    /// See [`RunError`].
    #[track_caller]
    pub fn run<C: Portable, R: Portable>(
        &self,
        captures: C,
        turn: for<'a, 's> fn(&'a mut Lock<'s>, C) -> R,
    ) -> Run<C, R> {
        enter(Keep::Record(self.inner.clone()), Location::caller(), captures, turn)
    }

    /// Like [`IoContext::try_run`](super::IoContext::try_run), but does not keep the context alive while it waits.
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

    /// Like [`IoContext::eval`](super::IoContext::eval), but does not keep the context alive while it waits.
    ///
    /// # Errors
    /// See [`IoContext::eval`](super::IoContext::eval).
    #[track_caller]
    pub fn eval<T>(&self, source: &str) -> Pending<Result<T, RunError>>
    where
        T: for<'s> FromJs<'s> + Portable,
    {
        evaluate::eval(Keep::Record(self.inner.clone()), Location::caller(), source)
    }

    /// Like [`IoContext::call`](super::IoContext::call), but does not keep the context alive while it waits.
    ///
    /// # Errors
    /// See [`IoContext::call`](super::IoContext::call).
    #[track_caller]
    pub fn call<T, A>(&self, object: &JsRoot<v8::Object>, name: &str, arguments: A) -> Pending<Result<T, RunError>>
    where
        T: for<'s> FromJs<'s> + Portable,
        A: for<'s> IntoArguments<'s> + Portable,
    {
        evaluate::call(Keep::Record(self.inner.clone()), Location::caller(), object, name, arguments)
    }

    /// Like [`IoContext::set_global`](super::IoContext::set_global), but does not keep the context alive while it waits.
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

    /// Like [`IoContext::spawn`](super::IoContext::spawn), but does not keep the context alive meanwhile.
    ///
    /// # Errors
    /// See [`IoContext::spawn`](super::IoContext::spawn).
    #[track_caller]
    pub fn spawn<C: Portable, F>(&self, captures: C, body: fn(Event, C) -> F) -> Pending<Result<F::Output, RunError>>
    where
        F: Future + Send + 'static,
        F::Output: Portable,
    {
        evaluate::spawn(Keep::Record(self.inner.clone()), Location::caller(), captures, body)
    }

    /// See [`IoContext::close`](super::IoContext::close).
    #[track_caller]
    pub fn close(&self) {
        self.inner.end(Why::Closed, Location::caller());
    }
}

impl fmt::Debug for WeakIoContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(&self.inner, "WeakIoContext", f)
    }
}
