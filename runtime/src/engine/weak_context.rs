//! The weak handle of a context.

use super::{
    context::{ContextInner, debug, enter},
    error::RunError,
    event::Event,
    lock::Lock,
    portable::Portable,
    run::{Keep, Run, TryRun},
};
use crate::protocol::liveness::Why;
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
