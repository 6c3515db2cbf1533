//! The input gate of a context, and the critical sections that close it.
//!
//! While a critical section runs, only turns of the event that began it (and of what it started) are let in; all other
//! turns of the context are parked and go back to the queue when the section ends. Sections nest: the innermost one
//! decides. The idea is workerd's input gate with `blockConcurrencyWhile` (`src/workerd/io/io-gate.h`).

use super::sync::{Arc, AtomicU64, Mutex, Ordering, lock};
use std::collections::VecDeque;

/// The number of a critical section; [`OUTSIDE`] for a turn that belongs to none.
pub type Section = u64;

/// The section of a turn that belongs to none. A gate with no section lets everybody in.
pub const OUTSIDE: Section = 0;

/// The gate of one context; `P` is what parks at it.
pub struct Gate<P: ?Sized> {
    /// The innermost section, for the check without a lock.
    top: AtomicU64,
    inner: Mutex<Inner<P>>,
}

struct Inner<P: ?Sized> {
    sections: Vec<Section>,
    next: Section,
    /// Those that had passed the gate before it closed, or waited at it before; they stand before the newcomers.
    returned: VecDeque<Arc<P>>,
    parked: VecDeque<Arc<P>>,
    closed: bool,
}

impl<P: ?Sized> Inner<P> {
    fn take_parked(&mut self) -> Vec<Arc<P>> {
        self.returned.drain(..).chain(self.parked.drain(..)).collect()
    }
}

/// What became of a turn that came to a closed gate.
pub enum Parked<P: ?Sized> {
    /// It is parked and will be given back by [`Gate::end`] or [`Gate::close`].
    Parked,
    /// The gate is open for it after all.
    Open(Arc<P>),
    /// The context ended.
    Closed(Arc<P>),
}

impl<P: ?Sized> Default for Gate<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: ?Sized> Gate<P> {
    /// An open gate.
    #[must_use]
    pub fn new() -> Self {
        Self {
            top: AtomicU64::new(OUTSIDE),
            inner: Mutex::new(Inner {
                sections: Vec::new(),
                next: 1,
                returned: VecDeque::new(),
                parked: VecDeque::new(),
                closed: false,
            }),
        }
    }

    /// Whether a turn of `section` is let in at this moment.
    #[must_use]
    pub fn admits(&self, section: Section) -> bool {
        let top = self.top.load(Ordering::Acquire);
        top == OUTSIDE || top == section
    }

    /// Whether `section` has begun and not ended: who waits at the gate *from inside* such a section waits for itself.
    #[must_use]
    pub fn is_inside(&self, section: Section) -> bool {
        section != OUTSIDE && lock(&self.inner).sections.contains(&section)
    }

    /// Parks a turn, unless the gate opened or closed for good in the meantime.
    pub fn park(&self, section: Section, turn: Arc<P>) -> Parked<P> {
        self.park_in(section, turn, |inner| &mut inner.parked)
    }

    /// Parks a turn that comes back from the queue: it came before those that found the gate closed. Were it put behind
    /// them, section after section of newcomers could keep it out.
    pub fn park_again(&self, section: Section, turn: Arc<P>) -> Parked<P> {
        self.park_in(section, turn, |inner| &mut inner.returned)
    }

    fn park_in(
        &self,
        section: Section,
        turn: Arc<P>,
        list: impl FnOnce(&mut Inner<P>) -> &mut VecDeque<Arc<P>>,
    ) -> Parked<P> {
        let mut inner = lock(&self.inner);
        if inner.closed {
            return Parked::Closed(turn);
        }
        if self.admits(section) {
            return Parked::Open(turn);
        }
        list(&mut inner).push_back(turn);
        Parked::Parked
    }

    /// Takes a parked turn away (its future was dropped). `false` if it isn't parked.
    pub fn unpark(&self, turn: &Arc<P>) -> bool {
        let mut inner = lock(&self.inner);
        let Inner { returned, parked, .. } = &mut *inner;
        [returned, parked].into_iter().any(|list| {
            let at = list.iter().position(|other| Arc::ptr_eq(other, turn));
            at.and_then(|at| list.remove(at)).is_some()
        })
    }

    /// Begins a critical section. To be called inside a turn that the gate let in, so that no other turn of the context
    /// is under way. `None` if the context ended.
    pub fn begin(&self) -> Option<Section> {
        let mut inner = lock(&self.inner);
        if inner.closed {
            return None;
        }
        let section = inner.next;
        inner.next += 1;
        inner.sections.push(section);
        self.top.store(section, Ordering::Release);
        Some(section)
    }

    /// Ends a critical section and returns the parked turns, in the order they came, for the queue. Those that another
    /// section still keeps out park again when their turn comes.
    #[must_use]
    pub fn end(&self, section: Section) -> Vec<Arc<P>> {
        let mut inner = lock(&self.inner);
        inner.sections.retain(|other| *other != section);
        self.top.store(inner.sections.last().copied().unwrap_or(OUTSIDE), Ordering::Release);
        inner.take_parked()
    }

    /// Closes the gate for good and returns the parked turns, which must now be failed. The gate then lets everybody
    /// through: liveness refuses them at once instead of letting them wait.
    #[must_use]
    pub fn close(&self) -> Vec<Arc<P>> {
        let mut inner = lock(&self.inner);
        inner.closed = true;
        inner.sections.clear();
        self.top.store(OUTSIDE, Ordering::Release);
        inner.take_parked()
    }

    /// How many turns are parked.
    #[must_use]
    pub fn parked(&self) -> usize {
        let inner = lock(&self.inner);
        inner.returned.len() + inner.parked.len()
    }
}
