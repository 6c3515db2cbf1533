//! What can be seen in a body: nothing but its syntax.

pub(crate) mod blocking;
mod flow;
mod names;
pub(crate) mod stale;
