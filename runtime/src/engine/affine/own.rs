//! How values come to an owner and how they end there.

use super::{
    owner::{OwnedInTurns, Owner},
    place::Place,
    slot::{Head, Own, Slot},
};
use crate::engine::{lock::Lock, turn_cell::TurnCell};
use crate::protocol::{liveness::Why, own_list::OwnList};
use std::{
    panic::{AssertUnwindSafe, Location, catch_unwind},
    sync::Arc,
};

/// Gives a value to the context or the isolate of `lock`. `strong` is the number of its strong owners.
pub(super) fn give<T: OwnedInTurns>(
    lock: &Lock<'_>,
    value: T,
    made: &'static Location<'static>,
    strong: usize,
) -> Arc<Slot<T>> {
    const {
        assert!(
            !matches!(T::OWNER, Owner::Thread),
            "a type with `owner = thread` has no `OwnedInTurns`: it stays on its thread, `Homed::here(value)`"
        );
    }
    let context = lock.context_inner();
    let (place, list) = match T::OWNER {
        Owner::Context => (Place::Context(context.clone()), &context.own),
        Owner::Isolate | Owner::Thread => (Place::Isolate(context.clone()), &context.core.own),
    };
    // SAFETY: the lock says that this thread holds the isolate; the reference ends here.
    let number = unsafe { list.get_mut() }.reserve();
    let slot = Slot::new(Head::new(T::NAME, made, place, number, strong), value);
    // SAFETY: as above.
    if unsafe { list.get_mut() }.insert(number, slot.clone()).is_err() {
        let own: Own = slot.clone();
        // SAFETY: this is the value's home, and nobody else knows it yet.
        unsafe { end_slot(&own, Why::OwnerEnded) };
    }
    slot
}

/// Ends a value, if that hasn't been done yet: drops it, and takes it out of its owner's list. A panic of its `Drop` is
/// reported and ends here.
///
/// # Safety
/// At the value's home (the calling thread holds the owner's isolate, or is the owner), and no guard of the value is
/// alive: outside of turns, or at the edge of one.
pub(crate) unsafe fn end_slot(own: &Own, why: Why) {
    let head = own.head();
    // `false` if somebody else has ended it, and told its home.
    let _first = head.ownership.end(why, head.made);
    // SAFETY: the caller's promise.
    unsafe { head.place.forget(head.number) };
    // SAFETY: the caller's promise.
    let dropped = catch_unwind(AssertUnwindSafe(|| unsafe { own.drop_value() }));
    if let Err(payload) = &dropped {
        head.place.report_panic(head.what, head.made, &**payload);
    }
    if dropped.unwrap_or(true) {
        head.place.count(false);
    }
}

/// Ends what `pop` gives, one by one: the youngest first.
///
/// # Safety
/// As for [`end_slot`].
pub(super) unsafe fn end_all(pop: impl Fn() -> Option<Own>, why: Why) {
    while let Some(own) = pop() {
        // SAFETY: the caller's promise.
        unsafe { end_slot(&own, why) };
    }
}

/// Closes the list of an isolate or a context, and ends what is in it.
///
/// # Safety
/// The calling thread holds the isolate and is at the edge of a turn.
pub(crate) unsafe fn end_list(list: &TurnCell<OwnList<Own>>) {
    // SAFETY: the caller's promise; no reference stays while a value is dropped.
    unsafe { list.get_mut() }.close();
    // SAFETY: as above.
    unsafe { end_all(|| list.get_mut().pop(), Why::OwnerEnded) };
}
