//! A thread as the owner of values.
//!
//! Other threads see a [`ThreadHome`]: its name and the queue for what they dropped. The list of values is the thread's own.
//! The queue is emptied outside of turns and at their edges, so no guard is alive when a value goes.

use super::{
    own::{end_all, end_slot},
    refusal::ThreadName,
    slot::{Own, Slot},
};
use crate::engine::{core::IsolateCore, state};
use crate::protocol::{delete_queue::DeleteQueue, liveness::Why, own_list::OwnList};
use std::{
    cell::{Cell, RefCell},
    ptr,
    sync::Arc,
};

/// What other threads see of a thread that owns values.
pub(super) struct ThreadHome {
    pub(super) name: ThreadName,
    pub(super) deletes: DeleteQueue<Own>,
}

impl ThreadHome {
    fn new() -> Arc<Self> {
        Arc::new(Self { name: ThreadName::current(), deletes: DeleteQueue::new() })
    }

    /// Whether it is the calling thread.
    #[inline]
    pub(super) fn is_here(&self) -> bool {
        state::thread_id() == self.name.id
    }
}

/// What the thread itself has.
struct Local {
    home: Arc<ThreadHome>,
    own: RefCell<OwnList<Own>>,
}

thread_local! {
    /// Whether this thread owns values. Asked at the edges of turns, where a look at `LOCAL` would show.
    static OWNS: Cell<bool> = const { Cell::new(false) };
    static LOCAL: Local = {
        OWNS.set(true);
        Local { home: ThreadHome::new(), own: RefCell::new(OwnList::new()) }
    };
}

impl Drop for Local {
    /// The thread ends.
    fn drop(&mut self) {
        let own = &self.own;
        own.borrow_mut().close();
        // SAFETY: the values are this thread's, whose stack is gone, and any guard with it.
        unsafe { end_all(|| own.borrow_mut().pop(), Why::ThreadEnded) };
        // What waits here was in the list, and ended above.
        drop(self.home.deletes.close());
    }
}

/// Adds a value to the calling thread's list. If the thread is ending nobody would drop it any more: it ends at once.
pub(super) fn add<T: 'static>(make: impl FnOnce(Arc<ThreadHome>, u64) -> Arc<Slot<T>>) -> Arc<Slot<T>> {
    if !state::in_turn() {
        // SAFETY: outside of turns.
        unsafe { drain() };
    }
    let place = LOCAL.try_with(|local| (local.home.clone(), local.own.borrow_mut().reserve()));
    let (home, number) = place.unwrap_or_else(|_| (ThreadHome::new(), 0));
    let slot = make(home, number);
    let added = LOCAL.try_with(|local| local.own.borrow_mut().insert(number, slot.clone()).is_ok());
    if !added.unwrap_or(false) {
        let own: Own = slot.clone();
        // SAFETY: this is the value's thread, and nobody else knows the value yet.
        unsafe { end_slot(&own, Why::ThreadEnded) };
    }
    slot
}

/// Takes a value out of the calling thread's list.
pub(super) fn forget(number: u64) {
    // When the thread is ending its list is gone, and so is the entry.
    drop(LOCAL.try_with(|local| local.own.borrow_mut().remove(number)));
}

/// Drops what was let go of.
///
/// # Safety
/// The calling thread is outside of turns or at the edge of one: no guard is alive on it.
#[inline]
pub(crate) unsafe fn drain() {
    if OWNS.get() {
        // SAFETY: the caller's promise.
        unsafe { drain_now() };
    }
}

unsafe fn drain_now() {
    // Dropping may queue more. A home that is idle hears only of the first one.
    while let Ok(doomed) = LOCAL.try_with(|local| local.home.deletes.drain())
        && !doomed.is_empty()
    {
        for own in doomed {
            // SAFETY: the queue is this thread's; the rest is the caller's promise.
            unsafe { end_slot(&own, Why::Dropped) };
        }
    }
}

/// Drops the values of the calling thread that were made in turns of `core`, whose home it is and which has its last turn.
/// The thread may be the embedder's: what it made outside of turns, or in those of another isolate, stays.
///
/// # Safety
/// As for [`drain`].
pub(crate) unsafe fn end_here(core: &IsolateCore) {
    if !OWNS.get() {
        return;
    }
    let made_there = |own: &Own| own.head().place.context().is_some_and(|made| ptr::eq(&raw const *made.core, core));
    let pop = || LOCAL.try_with(|local| local.own.borrow_mut().pop_where(made_there)).ok().flatten();
    // SAFETY: the list is this thread's; the rest is the caller's promise.
    unsafe { end_all(pop, Why::OwnerEnded) };
}
