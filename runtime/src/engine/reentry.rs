//! Callbacks that are stored for later and called from any thread.

use super::{
    error::RunError,
    event::Event,
    lock::Lock,
    portable::Portable,
    run::{Keep, Run, TryRun},
    stored::Stored,
    turn::Entry,
};
use crate::protocol::turn_record::Kind;
use std::{fmt, panic::Location, sync::Arc};

/// A callback into a context, stored for later: **re-entry**, the third way in. Made by [`Lock::reentry`] or
/// [`Event::reentry`], called from any thread.
///
/// A call goes on with the event that the callback was made in: its critical section, its cancellation, its number. That
/// is what sets it apart from [`IoContext::run`](super::IoContext::run), which begins an event of its own: called from
/// what a critical section waits for, `run` would wait for the end of that section, and so for ever. And it is what it
/// has in common with [`Event::run`], which needs no captures set aside: use that in asynchronous code, and a
/// `Reentry` for what others call, perhaps often, perhaps never.
///
/// It is `Send + Sync + Clone` and holds its context weakly: each call checks liveness again. While a clone that counts exists
/// the event is [pending](Event::pending); [`Self::unref`] gives one that doesn't count. The captures are dropped inside
/// the isolate, after the last clone, on [`Self::close`], when the event is cancelled, or when the context ends.
pub struct Reentry<A: 'static, R: 'static> {
    stored: Arc<Stored<dyn Callback<A, R>>>,
    counts: bool,
}

impl<A: 'static, R: 'static> Portable for Reentry<A, R> {}

/// The body with its captures.
trait Callback<A, R>: Send {
    fn call(&self, lock: &mut Lock<'_>, args: A) -> R;
}

struct Body<C, A, R> {
    captures: C,
    body: for<'a, 'b> fn(&'a mut Lock<'b>, &C, A) -> R,
}

impl<C: Portable, A, R> Callback<A, R> for Body<C, A, R> {
    fn call(&self, lock: &mut Lock<'_>, args: A) -> R {
        (self.body)(lock, &self.captures, args)
    }
}

/// What a call takes into its turn.
pub struct Call<A: 'static, R: 'static> {
    stored: Arc<Stored<dyn Callback<A, R>>>,
    args: A,
}

impl<A: Portable, R: 'static> Portable for Call<A, R> {}

impl<A: 'static, R: 'static> Call<A, R> {
    fn run(self, lock: &mut Lock<'_>) -> Result<R, RunError> {
        // SAFETY: a lock is proof of the hold, and the call lasts no longer than the turn.
        let Some(body) = (unsafe { self.stored.body() }) else { return Err(closed(&self.stored)) };
        Ok(body.call(lock, self.args))
    }
}

/// Why a callback that is closed can't be called.
fn closed<A, R>(stored: &Stored<dyn Callback<A, R>>) -> RunError {
    let event = &stored.event;
    match stored.context().check() {
        Err(gone) => gone,
        Ok(()) if event.is_cancelled() => RunError::Cancelled { began: event.began() },
        Ok(()) => RunError::Closed { made: stored.made },
    }
}

impl<A: Portable, R: Portable> Reentry<A, R> {
    fn new<C: Portable>(
        event: Event,
        made: &'static Location<'static>,
        captures: C,
        body: for<'a, 'b> fn(&'a mut Lock<'b>, &C, A) -> R,
    ) -> Self {
        Self { stored: Stored::new(event, made, Box::new(Body { captures, body })), counts: true }
    }

    /// Runs the body in a turn of its context, as part of its event.
    ///
    /// The future runs the turn on the thread that polls it if the isolate is free. Dropped before the turn has begun, the
    /// turn never runs.
    ///
    /// # Errors
    /// [`RunError::Gone`] if the context ended, [`RunError::Cancelled`] or [`RunError::Terminated`] if the event did,
    /// [`RunError::Closed`] if the callback was closed, also while the call waited; [`RunError::Reentrant`] inside a turn:
    /// use [`Self::call_in`] there. See [`RunError`] for the rest.
    #[track_caller]
    pub fn call(&self, args: A) -> TryRun<Call<A, R>, R, RunError> {
        let at = Location::caller();
        let refused = if self.is_open() { self.stored.event.may_resume(at) } else { Err(closed(&self.stored)) };
        let event = &self.stored.event;
        let entry = Entry::new(Kind::Reentry, Some(event.state.clone()), at);
        let keep = Keep::Record(event.context.clone());
        let call = Call { stored: self.stored.clone(), args };
        TryRun::new(Run::new(keep, refused, entry, call, |lock, call| call.run(lock)))
    }

    /// Runs the body at once, inside the turn that `lock` stands for, in its own context and as part of its own event. The
    /// input gate is not asked: the turn has passed it.
    ///
    /// # Errors
    /// [`RunError::WrongContext`] in a turn of another isolate or group; [`RunError::Gone`], [`RunError::Cancelled`],
    /// [`RunError::Closed`].
    pub fn call_in(&self, lock: &mut Lock<'_>, args: A) -> Result<R, RunError> {
        let event = &self.stored.event;
        if !self.is_open() || event.is_cancelled() {
            return Err(closed(&self.stored));
        }
        let call = Call { stored: self.stored.clone(), args };
        lock.in_context(&event.context(), (call, event), |lock, (call, event)| {
            lock.as_part_of(event, |lock| call.run(lock))
        })?
    }
}

impl<A: 'static, R: 'static> Reentry<A, R> {
    /// A clone that doesn't count: its event isn't pending for its sake.
    #[must_use]
    pub fn unref(&self) -> Self {
        Self { stored: self.stored.clone(), counts: false }
    }

    /// Closes it for all its clones: calls that wait or come later fail with [`RunError::Closed`], its event isn't pending
    /// for it any more, and its captures are dropped inside the isolate. `false` if it was closed before.
    // Not generic over the bounds of a call: whoever only stores it can close it.
    pub fn close(&self) -> bool {
        self.stored.close()
    }

    /// Whether it may still be called, at this moment.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.stored.keep.is_open()
    }

    /// The event that calls belong to.
    #[must_use]
    pub fn event(&self) -> Event {
        self.stored.event.clone()
    }

    /// Where it was made.
    #[must_use]
    pub fn made(&self) -> &'static Location<'static> {
        self.stored.made
    }
}

impl<A, R> Clone for Reentry<A, R> {
    fn clone(&self) -> Self {
        if self.counts {
            self.stored.keep.reference();
        }
        Self { stored: self.stored.clone(), counts: self.counts }
    }
}

impl<A: 'static, R: 'static> Drop for Reentry<A, R> {
    fn drop(&mut self) {
        if self.counts {
            self.stored.keep.unreference();
        }
    }
}

impl<A, R> fmt::Debug for Reentry<A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reentry")
            .field("event", &self.stored.event)
            .field("made", &format_args!("{}", self.stored.made))
            .field("open", &self.is_open())
            .finish()
    }
}

impl Lock<'_> {
    /// Stores a callback into this context, as part of this turn's event; see [`Reentry`].
    ///
    /// ```no_run
    /// # use isolock::{Reentry, prelude::*};
    /// # fn turn(lock: &mut Lock<'_>) -> Result<(), RunError> {
    /// let heard: Reentry<(String,), f64> = lock.reentry(("heard",), |lock, (name,), (line,)| {
    ///     lock.set_global(name, line.as_str()).map_or(0.0, |()| line.len() as f64)
    /// });
    /// std::thread::spawn(move || {
    ///     futures::executor::block_on(heard.call(("from elsewhere".to_owned(),)))
    /// });
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[must_use = "it is closed when its last clone is dropped"]
    pub fn reentry<C: Portable, A: Portable, R: Portable>(
        &mut self,
        captures: C,
        body: for<'a, 'b> fn(&'a mut Lock<'b>, &C, A) -> R,
    ) -> Reentry<A, R> {
        Reentry::new(self.event(), Location::caller(), captures, body)
    }
}

impl Event {
    /// Stores a callback into the event's context, as part of the event; see [`Reentry`] and [`Lock::reentry`].
    #[track_caller]
    #[must_use = "it is closed when its last clone is dropped"]
    pub fn reentry<C: Portable, A: Portable, R: Portable>(
        &self,
        captures: C,
        body: for<'a, 'b> fn(&'a mut Lock<'b>, &C, A) -> R,
    ) -> Reentry<A, R> {
        Reentry::new(self.clone(), Location::caller(), captures, body)
    }
}
