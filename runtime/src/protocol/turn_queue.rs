//! Who holds the isolate, who waits, and who may pass whom.
//!
//! One word tells whether the isolate is held and whether anybody waits, so that an uncontended turn costs one
//! compare-and-swap on the way in and one on the way out. Waiting turns stand in a list under a mutex. Whoever holds the
//! isolate may run a batch of them before it lets go ([`Hold::next`]).
//!
//! **Fairness.** Waiting is bounded, not strictly first-come. A newcomer may take a free isolate although others wait
//! (barging: it is already running, they would have to be woken first), but at most [`MAX_BARGES`] times for one head of
//! the list. A turn with `k` turns ahead of it in the list therefore waits for at most
//! `(k + 1) × (MAX_BARGES + 1)` turns. The idea of bounded barging is known from lock design (parking_lot's eventual
//! fairness); bounding by count instead of by time makes it testable.
//!
//! **No lost wake-ups.** Whenever the isolate is free and the list isn't empty, the turn at the head has been woken since
//! it became the head of a free isolate. Every step that frees the isolate or changes the head keeps this.

use super::sync::{Arc, AtomicUsize, Mutex, Ordering, lock};
use std::{collections::VecDeque, mem::ManuallyDrop};

/// How many turns may pass one head of the list.
pub const MAX_BARGES: usize = 8;

const HELD: usize = 1;
const WAITING: usize = 2;
const CLOSED: usize = 4;

/// A turn that waits in a [`TurnQueue`].
pub trait Waiter: Send + Sync {
    /// The isolate became free while this turn stands at the head: whoever drives it should call
    /// [`TurnQueue::lead`].
    fn wake(&self);
}

/// Why [`TurnQueue::try_enter`] gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Busy {
    /// Someone holds the isolate.
    Held,
    /// It is free, but the head of the list has been passed [`MAX_BARGES`] times.
    Overtaken,
    /// No new turns are taken.
    Closed,
}

/// What became of a turn that was submitted.
pub enum Submitted<'q, W: Waiter + ?Sized> {
    /// It stands in the list; the holder will see it.
    Queued,
    /// It stands in the list and the isolate was free: the caller now holds it and should run the list from its head.
    Lead(Hold<'q, W>),
    /// The queue is closed; the turn comes back.
    Closed(Arc<W>),
}

/// The queue of one isolate.
pub struct TurnQueue<W: Waiter + ?Sized> {
    state: AtomicUsize,
    list: Mutex<List<W>>,
}

struct List<W: ?Sized> {
    turns: VecDeque<Arc<W>>,
    barges: usize,
}

impl<W: Waiter + ?Sized> Default for TurnQueue<W> {
    fn default() -> Self {
        Self::new()
    }
}

impl<W: Waiter + ?Sized> TurnQueue<W> {
    /// An open, free, empty queue.
    #[must_use]
    pub fn new() -> Self {
        Self { state: AtomicUsize::new(0), list: Mutex::new(List { turns: VecDeque::new(), barges: 0 }) }
    }

    /// Takes the isolate if that is possible at once. Allocates nothing.
    ///
    /// # Errors
    /// [`Busy`] says why not.
    #[inline]
    pub fn try_enter(&self) -> Result<Hold<'_, W>, Busy> {
        let Err(state) = self.state.compare_exchange(0, HELD, Ordering::Acquire, Ordering::Relaxed) else {
            return Ok(Hold { queue: self });
        };
        if state & CLOSED != 0 {
            return Err(Busy::Closed);
        }
        if state & HELD != 0 {
            return Err(Busy::Held);
        }
        let mut list = lock(&self.list);
        if list.barges >= MAX_BARGES && !list.turns.is_empty() {
            return Err(Busy::Overtaken);
        }
        let state = self.state.fetch_or(HELD, Ordering::Acquire);
        if state & HELD != 0 {
            return Err(Busy::Held);
        }
        if state & CLOSED != 0 {
            drop(list);
            drop(Hold { queue: self });
            return Err(Busy::Closed);
        }
        if state & WAITING != 0 {
            list.barges += 1;
        }
        Ok(Hold { queue: self })
    }

    /// Puts a turn at the end of the list.
    pub fn submit(&self, turn: Arc<W>) -> Submitted<'_, W> {
        let mut list = lock(&self.list);
        if self.state.load(Ordering::Relaxed) & CLOSED != 0 {
            return Submitted::Closed(turn);
        }
        list.turns.push_back(turn);
        let before = self.state.fetch_or(WAITING | HELD, Ordering::AcqRel);
        drop(list);
        if before & HELD == 0 { Submitted::Lead(Hold { queue: self }) } else { Submitted::Queued }
    }

    /// Takes a free isolate in order to run what waits in the list. `None` if somebody holds it (who will then see the
    /// list).
    pub fn lead(&self) -> Option<Hold<'_, W>> {
        let before = self.state.fetch_or(HELD, Ordering::Acquire);
        // Lazily: a hold that is made and not given away lets go of what is somebody else's.
        (before & HELD == 0).then(|| Hold { queue: self })
    }

    /// Whether somebody holds the isolate at this moment.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.state.load(Ordering::Acquire) & HELD != 0
    }

    /// Whether a turn waits.
    #[must_use]
    pub fn has_waiting(&self) -> bool {
        self.state.load(Ordering::Acquire) & WAITING != 0
    }

    /// How many turns wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        lock(&self.list).turns.len()
    }

    /// Takes one turn out of the list (its future was dropped). `false` if it isn't there.
    pub fn remove(&self, turn: &Arc<W>) -> bool {
        let mut list = lock(&self.list);
        let Some(at) = list.turns.iter().position(|other| Arc::ptr_eq(other, turn)) else { return false };
        list.turns.remove(at);
        self.after_removal(list, at == 0);
        true
    }

    /// Takes every turn out of the list that `which` picks; the caller fails them.
    pub fn take_if(&self, mut which: impl FnMut(&W) -> bool) -> Vec<Arc<W>> {
        let mut list = lock(&self.list);
        let head = list.turns.front().cloned();
        let (taken, kept): (Vec<_>, Vec<_>) = list.turns.drain(..).partition(|turn| which(turn));
        list.turns = kept.into();
        // A head that stays keeps its count of barges, or the deaths of others would prolong its wait without bound.
        let head_changed = head.is_some_and(|head| taken.first().is_some_and(|first| Arc::ptr_eq(first, &head)));
        self.after_removal(list, head_changed);
        taken
    }

    /// Refuses all further turns and empties the list. `last` still runs: it is the only turn left, and whoever holds or
    /// next leads the isolate runs it. Returns the turns that must now be failed and, if the isolate was free, the hold
    /// for running `last`. A second call changes nothing and gives `last` back.
    pub fn close(&self, last: Arc<W>) -> (Vec<Arc<W>>, Submitted<'_, W>) {
        let mut list = lock(&self.list);
        if self.state.load(Ordering::Relaxed) & CLOSED != 0 {
            return (Vec::new(), Submitted::Closed(last));
        }
        let taken = list.turns.drain(..).collect();
        list.turns.push_back(last);
        list.barges = 0;
        let before = self.state.fetch_or(CLOSED | WAITING | HELD, Ordering::AcqRel);
        drop(list);
        let submitted = if before & HELD == 0 { Submitted::Lead(Hold { queue: self }) } else { Submitted::Queued };
        (taken, submitted)
    }

    /// Restores the wake-up invariant after turns left the list other than through [`Hold::next`].
    fn after_removal(&self, mut list: super::sync::MutexGuard<'_, List<W>>, head_changed: bool) {
        let state = if list.turns.is_empty() {
            self.state.fetch_and(!WAITING, Ordering::Relaxed)
        } else {
            self.state.load(Ordering::Relaxed)
        };
        if head_changed {
            list.barges = 0;
        }
        let head = (head_changed && state & HELD == 0).then(|| list.turns.front().cloned()).flatten();
        drop(list);
        if let Some(head) = head {
            head.wake();
        }
    }
}

/// The isolate is held. Dropping it lets go and wakes the head of the list.
#[must_use = "dropping the hold lets go of the isolate"]
pub struct Hold<'q, W: Waiter + ?Sized> {
    queue: &'q TurnQueue<W>,
}

impl<W: Waiter + ?Sized> Hold<'_, W> {
    /// Takes the next turn from the list, to be run under this hold.
    #[allow(clippy::should_implement_trait, reason = "not an iteration: what comes next depends on who submits")]
    pub fn next(&mut self) -> Option<Arc<W>> {
        if self.queue.state.load(Ordering::Relaxed) & WAITING == 0 {
            return None;
        }
        let mut list = lock(&self.queue.list);
        let turn = list.turns.pop_front();
        list.barges = 0;
        if list.turns.is_empty() {
            self.queue.state.fetch_and(!WAITING, Ordering::Relaxed);
        }
        turn
    }

    /// Lets go. `true` if turns still wait (their head has been woken).
    pub fn release(self) -> bool {
        // Before it lets go and not after: if the waker of the head panicked, the drop would let go a second time, of what
        // then is somebody else's hold.
        ManuallyDrop::new(self).let_go()
    }

    #[inline]
    fn let_go(&self) -> bool {
        let state = &self.queue.state;
        if state.compare_exchange(HELD, 0, Ordering::Release, Ordering::Relaxed).is_ok() {
            return false;
        }
        let list = lock(&self.queue.list);
        let head = list.turns.front().cloned();
        state.fetch_and(!HELD, Ordering::Release);
        drop(list);
        if let Some(head) = &head {
            head.wake();
        }
        head.is_some()
    }
}

impl<W: Waiter + ?Sized> Drop for Hold<'_, W> {
    fn drop(&mut self) {
        self.let_go();
    }
}
