//! What an owner owns, in the order in which it came.
//!
//! Only the owner touches its list (under the isolate's hold, or on its thread), so there is nothing to lock. Nobody's code
//! runs in here: values are taken out one by one, and dropped by the caller.

use std::collections::BTreeMap;

/// The values of one owner.
#[derive(Debug)]
pub struct OwnList<T> {
    next: u64,
    entries: BTreeMap<u64, T>,
    closed: bool,
}

impl<T> Default for OwnList<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> OwnList<T> {
    /// An empty, open list.
    #[must_use]
    pub const fn new() -> Self {
        Self { next: 0, entries: BTreeMap::new(), closed: false }
    }

    /// The number of the next value.
    pub fn reserve(&mut self) -> u64 {
        let number = self.next;
        self.next += 1;
        number
    }

    /// Adds a value under a number from [`Self::reserve`].
    ///
    /// # Errors
    /// The value, if the list is closed: its owner has ended.
    pub fn insert(&mut self, number: u64, value: T) -> Result<(), T> {
        if self.closed {
            return Err(value);
        }
        self.entries.insert(number, value);
        Ok(())
    }

    /// Takes one out.
    pub fn remove(&mut self, number: u64) -> Option<T> {
        self.entries.remove(&number)
    }

    /// Takes the youngest out.
    pub fn pop(&mut self) -> Option<T> {
        self.entries.pop_last().map(|(_, value)| value)
    }

    /// Takes the youngest out of those that `wanted` picks.
    pub fn pop_where(&mut self, wanted: impl Fn(&T) -> bool) -> Option<T> {
        let number = self.entries.iter().rev().find(|(_, value)| wanted(value)).map(|(number, _)| *number)?;
        self.remove(number)
    }

    /// Refuses what comes later. What is in the list stays until it is taken out.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// How many it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
