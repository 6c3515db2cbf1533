//! What JS refers to by number.

use super::{callback::ErasedFn, context::ContextInner};
use std::sync::Arc;

/// Something of a context that JS refers to.
pub(crate) trait InContext {
    /// The context's number.
    fn context(&self) -> u64;
}

/// Entries of one isolate. JS holds numbers, not pointers: a function may outlive everything that it captured.
///
/// Like all removals, those of the table give back what was removed, to be dropped once the table is no longer borrowed:
/// captures run their own code when they are dropped.
pub(crate) struct Table<T> {
    slots: Vec<Slot<T>>,
    free: Vec<usize>,
}

struct Slot<T> {
    generation: u64,
    entry: Option<Box<T>>,
}

/// A host function.
pub(crate) struct Function {
    pub(crate) context: Arc<ContextInner>,
    pub(crate) name: &'static str,
    pub(crate) code: Box<dyn ErasedFn>,
}

impl InContext for Function {
    fn context(&self) -> u64 {
        self.context.id
    }
}

/// Bits of a number that are the place in the table; the rest is the generation. Both fit into a JS number.
const PLACE_BITS: u32 = 24;
const PLACES: u64 = (1 << PLACE_BITS) - 1;

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }
}

impl<T: InContext> Table<T> {
    /// Adds an entry. `None` if the table is full (16 million entries).
    pub(crate) fn add(&mut self, entry: T) -> Option<u64> {
        let place = match self.free.pop() {
            Some(place) => place,
            None if self.slots.len() as u64 > PLACES => return None,
            None => {
                self.slots.push(Slot { generation: 0, entry: None });
                self.slots.len() - 1
            }
        };
        let slot = &mut self.slots[place];
        slot.entry = Some(Box::new(entry));
        Some((slot.generation << PLACE_BITS) | place as u64)
    }

    #[inline]
    pub(crate) fn get(&self, id: u64) -> Option<&T> {
        let slot = self.slots.get(usize::try_from(id & PLACES).ok()?)?;
        (slot.generation == id >> PLACE_BITS).then_some(slot.entry.as_deref()).flatten()
    }

    /// Removes an entry; a function only where no function is being called.
    #[must_use]
    pub(crate) fn remove(&mut self, id: u64) -> Option<Box<T>> {
        self.get(id)?;
        self.remove_at(usize::try_from(id & PLACES).ok()?)
    }

    fn remove_at(&mut self, place: usize) -> Option<Box<T>> {
        let slot = &mut self.slots[place];
        slot.generation = (slot.generation + 1) & ((1 << (53 - PLACE_BITS)) - 1);
        self.free.push(place);
        slot.entry.take()
    }

    #[must_use]
    #[allow(clippy::vec_box, reason = "the entries are boxed in the table")]
    pub(crate) fn remove_context(&mut self, context: u64) -> Vec<Box<T>> {
        let belongs = |slot: &Slot<T>| slot.entry.as_ref().is_some_and(|entry| entry.context() == context);
        let places: Vec<_> = (0..self.slots.len()).filter(|place| belongs(&self.slots[*place])).collect();
        places.into_iter().filter_map(|place| self.remove_at(place)).collect()
    }

    /// The numbers of the entries that `wanted` picks.
    pub(crate) fn ids(&self, wanted: impl Fn(&T) -> bool) -> Vec<u64> {
        let id = |(place, slot): (usize, &Slot<T>)| {
            let wanted = slot.entry.as_deref().is_some_and(&wanted);
            wanted.then_some((slot.generation << PLACE_BITS) | place as u64)
        };
        self.slots.iter().enumerate().filter_map(id).collect()
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }
}
