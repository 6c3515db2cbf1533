//! Who borrows a value at the moment.

use std::{cell::Cell, fmt, panic::Location};

/// One use of an affine value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// The call.
    pub at: &'static Location<'static>,
    /// The annotated method, if it was one.
    pub method: Option<&'static str>,
    /// Whether it asked for `&mut`.
    pub mutable: bool,
}

impl fmt::Display for Use {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(method) = self.method {
            write!(f, "`{method}`, called ")?;
        }
        write!(f, "at {}", self.at)
    }
}

/// The borrows of one value; touched only at its home. It never says no by panicking, and knows where the first one began.
#[derive(Default)]
pub(super) struct Borrows {
    /// How many; one if it is mutable.
    count: Cell<usize>,
    /// The first of those that are under way (while shared ones overlap, the first of the overlapping row).
    first: Cell<Option<Use>>,
}

impl Borrows {
    /// Begins a borrow.
    ///
    /// # Errors
    /// The one that is in its way.
    #[inline]
    pub(super) fn begin(&self, new: Use) -> Result<(), Use> {
        match self.first.get() {
            None => self.first.set(Some(new)),
            Some(first) if first.mutable || new.mutable => return Err(first),
            Some(_) => {}
        }
        self.count.set(self.count.get() + 1);
        Ok(())
    }

    /// Ends a borrow.
    #[inline]
    pub(super) fn end(&self) {
        let left = self.count.get() - 1;
        self.count.set(left);
        if left == 0 {
            self.first.set(None);
        }
    }
}
