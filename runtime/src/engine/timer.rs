//! Timers.

use super::{
    detached::{self, IntoReport},
    event::Event,
    lock::Lock,
    portable::Portable,
    stored::Stored,
    turn::Entry,
    watchdog::{self, Due},
};
use crate::protocol::turn_record::Kind;
use std::{
    fmt,
    panic::Location,
    sync::Arc,
    time::{Duration, Instant},
};

/// The shortest period of an interval: a shorter one would leave no room for anybody else.
const SHORTEST: Duration = Duration::from_millis(1);
/// Stands for a time that no clock can show.
const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// A body that runs later in a turn of its context; made by [`Lock::timer`], [`Lock::interval`] and their likes on [`Event`].
///
/// It runs by re-entry, as part of the event that it was made in: in its critical section, under its cancellation. The event
/// is [pending](Event::pending) for it, unless [`Self::unref`] was called.
///
/// **Dropping this changes nothing**, as with JS's `setTimeout`; [`Self::cancel`] ends it. When the event is cancelled or the
/// context ends, the timer ends, too. In every case the captures are dropped inside the isolate.
///
/// Time is a lower bound: the turn waits for the isolate and for the gate as any other.
#[derive(Clone)]
pub struct Timer {
    ticking: Arc<Ticking>,
}

impl Portable for Timer {}

impl Timer {
    /// The body doesn't run any more, unless it is running; the captures are dropped inside the isolate. From any thread.
    /// `false` if it was over before.
    pub fn cancel(&self) -> bool {
        self.ticking.stored.close()
    }

    /// Whether the body may still run, or is running.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.ticking.stored.keep.is_open()
    }

    /// The event isn't pending for it any more.
    pub fn unref(&self) {
        self.ticking.stored.keep.count(false);
    }

    /// The event is pending for it again, as it is in the beginning.
    pub fn reference(&self) {
        self.ticking.stored.keep.count(true);
    }

    fn new(
        event: Event,
        made: &'static Location<'static>,
        after: Duration,
        period: Option<Duration>,
        body: Body,
    ) -> Self {
        let ticking = Arc::new(Ticking { stored: Stored::new(event, made, Box::new(body)), period });
        ticking.set(after);
        Self { ticking }
    }
}

/// The body with its captures.
enum Body {
    Once(detached::Once),
    Repeated(detached::Often),
}

fn once<C: Portable, R: IntoReport + 'static>(captures: C, body: for<'a, 'b> fn(&'a mut Lock<'b>, C) -> R) -> Body {
    Body::Once(Box::new(move |lock| body(lock, captures).failure()))
}

fn repeated<C: Portable, R: IntoReport + 'static>(
    captures: C,
    body: for<'a, 'b> fn(&'a mut Lock<'b>, &C) -> R,
) -> Body {
    Body::Repeated(Box::new(move |lock| body(lock, &captures).failure()))
}

struct Ticking {
    stored: Arc<Stored<Body>>,
    period: Option<Duration>,
}

impl Ticking {
    /// Has the body run after that time.
    fn set(self: &Arc<Self>, after: Duration) {
        if after.is_zero() {
            return self.clone().due();
        }
        let now = Instant::now();
        let at = now.checked_add(after).unwrap_or(now + FAR);
        self.stored.set_alarm(|| watchdog::get().alarm(at, self.clone()));
    }

    fn run(&self, lock: &mut Lock<'_>) -> Option<String> {
        // SAFETY: a lock is proof of the hold, and the reference ends with the call: the body is taken out below or at
        // the edge of the turn.
        match unsafe { self.stored.body() } {
            None => return None,
            Some(Body::Repeated(body)) => return body(lock),
            Some(Body::Once(_)) => {}
        }
        // SAFETY: as above; the reference has ended.
        match unsafe { self.stored.take() }.map(|body| *body) {
            Some(Body::Once(body)) => body(lock),
            Some(Body::Repeated(_)) | None => None,
        }
    }
}

impl Due for Ticking {
    fn due(self: Arc<Self>) {
        if !self.stored.keep.is_open() {
            return;
        }
        let context = self.stored.context().clone();
        let made = self.stored.made;
        let entry = Entry::new(Kind::Reentry, Some(self.stored.event.state.clone()), made);
        let running = self.clone();
        detached::submit_turn(
            &context,
            entry,
            move |lock: &mut Lock<'_>| running.run(lock),
            move |outcome| {
                let failed = outcome.as_ref().err();
                let what = if self.period.is_some() { "interval" } else { "timer" };
                let ended = failed.is_some_and(|error| error.is_gone());
                detached::report(self.stored.context(), what, made, &outcome);
                match self.period {
                    // A tick that failed is no reason to lose the next: a host function that panicked can be called again.
                    Some(period) if !ended && self.stored.keep.is_open() => self.set(period),
                    _ => {
                        self.stored.close();
                    }
                }
            },
        );
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer")
            .field("event", &self.ticking.stored.event)
            .field("made", &format_args!("{}", self.ticking.stored.made))
            .field("active", &self.is_active())
            .finish()
    }
}

impl Lock<'_> {
    /// Runs `body` after `after` has passed: once, in a turn of this context, as part of this turn's event; see [`Timer`].
    /// With [`Duration::ZERO`] it is queued at once, behind what waits already.
    ///
    /// ```no_run
    /// # use isolock::prelude::*;
    /// # use std::time::Duration;
    /// # fn turn(lock: &mut Lock<'_>) {
    /// let timer = lock.timer(Duration::from_secs(30), ("session",), |lock, (name,)| {
    ///     lock.console_log(name);
    /// });
    /// timer.unref(); // nobody waits for its sake
    /// # }
    /// ```
    #[track_caller]
    pub fn timer<C: Portable, R: IntoReport + 'static>(
        &mut self,
        after: Duration,
        captures: C,
        body: for<'a, 'b> fn(&'a mut Lock<'b>, C) -> R,
    ) -> Timer {
        Timer::new(self.event(), Location::caller(), after, None, once(captures, body))
    }

    /// Runs `body` again and again, `period` after the end of the turn before (at least a millisecond); see [`Timer`].
    /// A body that fails or panics is reported, and runs again.
    #[track_caller]
    pub fn interval<C: Portable, R: IntoReport + 'static>(
        &mut self,
        period: Duration,
        captures: C,
        body: for<'a, 'b> fn(&'a mut Lock<'b>, &C) -> R,
    ) -> Timer {
        let period = period.max(SHORTEST);
        Timer::new(self.event(), Location::caller(), period, Some(period), repeated(captures, body))
    }
}

impl Event {
    /// A timer of this event; see [`Lock::timer`].
    #[track_caller]
    pub fn timer<C: Portable, R: IntoReport + 'static>(
        &self,
        after: Duration,
        captures: C,
        body: for<'a, 'b> fn(&'a mut Lock<'b>, C) -> R,
    ) -> Timer {
        Timer::new(self.clone(), Location::caller(), after, None, once(captures, body))
    }

    /// An interval of this event; see [`Lock::interval`].
    #[track_caller]
    pub fn interval<C: Portable, R: IntoReport + 'static>(
        &self,
        period: Duration,
        captures: C,
        body: for<'a, 'b> fn(&'a mut Lock<'b>, &C) -> R,
    ) -> Timer {
        let period = period.max(SHORTEST);
        Timer::new(self.clone(), Location::caller(), period, Some(period), repeated(captures, body))
    }
}
