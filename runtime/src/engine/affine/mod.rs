//! Values of the embedder that belong to a thread, an isolate or a context.
//!
//! A [`Slot`](slot::Slot) holds one value. Its owner's list keeps it until the value is dropped, and that happens at home
//! only: at the edge of a turn of the owner's isolate, or on the owner's thread outside of turns. So what a guard lends
//! inside a turn stays where it is for as long as the turn lasts.

mod borrow;
mod guard;
mod homed;
mod own;
mod owner;
mod place;
mod refusal;
mod slot;
pub(super) mod thread_home;
mod weak_homed;

pub use borrow::Use;
pub use guard::{Ref, RefMut};
pub use homed::Homed;
pub use owner::{Affine, OwnedHere, OwnedInTurns, Owner};
pub use refusal::{Access, Borrowed, ThreadName, WrongThread};
pub use weak_homed::WeakHomed;

pub(super) use own::{end_list, end_slot};
pub(super) use slot::Own;

/// What the expansion of `#[thread_affine]` names. **No semver promise.**
#[doc(hidden)]
pub mod generated;
