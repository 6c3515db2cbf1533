//! What may cross the boundary of a turn. The list itself is in the files beside this one, by topic.

mod channels;
mod containers;
#[cfg(any(
    feature = "anyhow",
    feature = "bytes",
    feature = "http",
    feature = "reqwest",
    feature = "serde_json",
    feature = "url",
    feature = "uuid"
))]
mod crates;
mod errors;
pub(super) mod never;
mod system;
#[cfg(feature = "tokio")]
mod tokio;
mod values;

/// What may cross the boundary of a turn, in either direction: captures on the way in, results on the way out.
///
/// This is an allow-list, not [`Send`]: `v8::Global` is `Send`, a wrapper may claim to be, and a strong
/// [`IoContext`](super::IoContext) in a pending task would keep a dead tenant's heap alive (rules R2, R3 and R7).
///
/// For a type of your own write `#[derive(Portable)]`, which looks at its fields, or implement the trait: it has no
/// methods. For a trait object make it a supertrait: with `trait Job: Portable`, `Box<dyn Job>` is portable. For a value of
/// another crate there is [`Trusted`](super::Trusted).
///
/// # What is on the list
///
#[doc = include_str!("table.md")]
#[diagnostic::on_unimplemented(
    message = "R2 explicit-captures: `{Self}` can't cross the boundary of a turn",
    label = "not `Portable`",
    note = "your own type: `#[derive(Portable)]`; your own trait: `trait Job: Portable`; a type parameter: `T: Portable`; another crate's type: `Trusted::new(\"why\", value)`",
    note = "not an `Rc`, reference, pointer, closure, future or `dyn Any`: take along the owned data that the turn needs (a clone, an `Arc`), and await before or after the turn (R4 no-blocking)",
    note = "not a `Lock` (R7 no-escape): who wants to enter again takes `lock.context()`"
)]
pub trait Portable: Send + 'static {}

/// Types without parameters.
macro_rules! portable {
    ($($type:ty),* $(,)?) => { $(impl $crate::Portable for $type {})* };
}

/// Types that are portable if all their parameters are.
macro_rules! portable_of {
    ($($($path:ident)::+ < $($name:ident),+ >),* $(,)?) => {
        $(impl<$($name: $crate::Portable),+> $crate::Portable for $($path)::+<$($name),+> {})*
    };
}
use portable;
use portable_of;
