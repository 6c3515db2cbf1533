//! Whether a context or an isolate may still be entered, and its obituary when not.

use super::sync::{AtomicBool, Mutex, Ordering, lock};
use std::{fmt, panic::Location, time::Instant};

/// Why a context or an isolate ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// `close` was called.
    Closed,
    /// The last strong handle was dropped.
    Dropped,
    /// `kill` was called: the running turn was terminated, too.
    Killed,
    /// The isolate was shut down.
    IsolateShutDown,
    /// The set-up turn failed.
    SetupFailed,
    /// `release` was called.
    Released,
    /// It was taken out: by `take`, or by a method that consumes it.
    Taken,
    /// Its owner ended.
    OwnerEnded,
    /// Its thread ended.
    ThreadEnded,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "it was closed",
            Self::Dropped => "its last strong handle was dropped",
            Self::Killed => "it was killed",
            Self::IsolateShutDown => "its isolate was shut down",
            Self::SetupFailed => "its set-up turn failed",
            Self::Released => "it was released",
            Self::Taken => "it was taken out",
            Self::OwnerEnded => "its owner ended",
            Self::ThreadEnded => "its thread ended",
        })
    }
}

/// When, where and why something ended.
#[derive(Debug, Clone, Copy)]
pub struct Obituary {
    /// Why it ended.
    pub why: Why,
    /// When it was refused first.
    pub when: Instant,
    /// The call that ended it.
    pub at: &'static Location<'static>,
}

/// Alive until the first [`Liveness::end`].
#[derive(Debug)]
pub struct Liveness {
    ended: AtomicBool,
    obituary: Mutex<Option<Obituary>>,
}

impl Default for Liveness {
    fn default() -> Self {
        Self::new()
    }
}

impl Liveness {
    /// Alive.
    #[must_use]
    pub fn new() -> Self {
        Self { ended: AtomicBool::new(false), obituary: Mutex::new(None) }
    }

    /// Whether it may be entered at this moment.
    #[must_use]
    #[inline]
    pub fn is_alive(&self) -> bool {
        !self.ended.load(Ordering::Acquire)
    }

    /// `Ok` while alive.
    ///
    /// # Errors
    /// The obituary afterwards.
    pub fn check(&self) -> Result<(), Obituary> {
        if self.is_alive() {
            return Ok(());
        }
        // `ended` is set while the mutex is held and the obituary is already there.
        match *lock(&self.obituary) {
            Some(obituary) => Err(obituary),
            None => Ok(()),
        }
    }

    /// Ends it. `false` if it had ended before; the first reason stays.
    pub fn end(&self, why: Why, at: &'static Location<'static>) -> bool {
        let mut obituary = lock(&self.obituary);
        if obituary.is_some() {
            return false;
        }
        *obituary = Some(Obituary { why, when: Instant::now(), at });
        self.ended.store(true, Ordering::Release);
        true
    }
}
