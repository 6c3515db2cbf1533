//! The life of one affine value: who keeps it, and who has its end to tell.
//!
//! A value ends once: its last strong owner lets go, it is released or taken, or its owner ends. These race on different
//! threads. Whoever ends it tells its home (the delete queue) to drop it; the others have nothing to do. The value itself
//! is touched at home only, so its drop needs no gate of its own.

use super::{
    liveness::{Liveness, Obituary, Why},
    sync::{AtomicUsize, Ordering},
};
use std::panic::Location;

/// The life of one value.
#[derive(Debug)]
pub struct Ownership {
    liveness: Liveness,
    strong: AtomicUsize,
}

impl Ownership {
    /// A value with `strong` owners beside its home. With none, only its home keeps it.
    #[must_use]
    pub fn new(strong: usize) -> Self {
        Self { liveness: Liveness::new(), strong: AtomicUsize::new(strong) }
    }

    /// One more strong owner.
    pub fn share(&self) {
        self.strong.fetch_add(1, Ordering::Relaxed);
    }

    /// A strong owner lets go. `true` if it was the last one and the value ended by that: its home must be told.
    #[must_use]
    pub fn let_go(&self, at: &'static Location<'static>) -> bool {
        self.strong.fetch_sub(1, Ordering::AcqRel) == 1 && self.end(Why::Dropped, at)
    }

    /// Ends the value. `true` if that was its end, `false` if it had ended before.
    #[must_use]
    pub fn end(&self, why: Why, at: &'static Location<'static>) -> bool {
        self.liveness.end(why, at)
    }

    /// Whether it may still be opened.
    #[must_use]
    #[inline]
    pub fn is_alive(&self) -> bool {
        self.liveness.is_alive()
    }

    /// `Ok` while it may be opened.
    ///
    /// # Errors
    /// How it ended.
    #[inline]
    pub fn check(&self) -> Result<(), Obituary> {
        self.liveness.check()
    }
}
