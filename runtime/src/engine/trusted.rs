//! Values that cross the boundary of a turn on somebody's word, and the list of them.

use super::portable::Portable;
use std::{
    any::{TypeId, type_name},
    cell::Cell,
    collections::HashSet,
    fmt,
    ops::{Deref, DerefMut},
    panic::Location,
    ptr,
    sync::{Mutex, PoisonError},
};

/// A value that may cross the boundary of a turn because somebody says so: the audited way out of [`Portable`].
///
/// The reason is for whoever reviews the program. Each place where a value is trusted is on the list of [`trusted`].
///
/// ```no_run
/// # use isolock::prelude::*;
/// # #[derive(Clone)] struct Pool; // of another crate
/// # async fn turn(ctx: &IoContext, pool: Pool) -> Result<(), RunError> {
/// let pool = Trusted::new("a handle of the pool: no V8, no context inside", pool);
/// ctx.run((pool,), |lock, (pool,)| {
///     let pool: &Pool = &pool;
/// })
/// .await?;
/// for used in isolock::trusted() {
///     println!("{used}");
/// }
/// # Ok(())
/// # }
/// ```
///
/// It asks for [`Send`], which nothing but an `unsafe impl` can stand for.
#[derive(Clone)]
pub struct Trusted<T> {
    value: T,
    why: &'static str,
}

impl<T: Send + 'static> Trusted<T> {
    /// Trusts `value`, because of `why`.
    ///
    /// # Panics
    /// If there is no reason: `why` is empty, or blank.
    #[track_caller]
    pub fn new(why: &'static str, value: T) -> Self {
        record_trusted::<T>(why);
        Self { value, why }
    }
}

impl<T> Trusted<T> {
    /// Why it is trusted.
    #[must_use]
    pub fn why(trusted: &Self) -> &'static str {
        trusted.why
    }

    /// The value.
    #[must_use]
    pub fn into_inner(trusted: Self) -> T {
        trusted.value
    }
}

impl<T: Send + 'static> Portable for Trusted<T> {}

impl<T> Deref for Trusted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Trusted<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Trusted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trusted").field("why", &self.why).field("value", &self.value).finish()
    }
}

/// One place where values of one type are trusted for one reason; see [`trusted`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TrustedUse {
    /// The reason that was given.
    pub why: &'static str,
    /// What is trusted.
    pub type_name: &'static str,
    /// Where: the call of [`Trusted::new`], or the annotated function with the capture.
    pub at: &'static Location<'static>,
}

impl fmt::Display for TrustedUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { why, type_name, at } = self;
        write!(f, "{at}: `{type_name}` is trusted: {why}")
    }
}

/// Everything that this process has trusted so far, ordered by place: [`Trusted::new`] when it was first reached,
/// captures marked `#[capture(trusted = "why")]` when their function was installed.
#[must_use]
pub fn trusted() -> Vec<TrustedUse> {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut list: Vec<_> = seen.iter().flatten().map(|(_, used)| *used).collect();
    list.sort_by_key(|used| (used.at.file(), used.at.line(), used.at.column(), used.type_name, used.why));
    list
}

/// By type, because names of types aren't unique.
static SEEN: Mutex<Option<HashSet<(TypeId, TrustedUse)>>> = Mutex::new(None);

/// What this thread has recorded lately: place, reason and type, the first two by address.
type Recent = Option<(*const Location<'static>, *const str, TypeId)>;

/// A power of two.
const RECENT: usize = 16;

thread_local! {
    static RECENTLY: [Cell<Recent>; RECENT] = const { [const { Cell::new(None) }; RECENT] };
}

/// Puts a use on the list, once. What this thread recorded lately it doesn't look up again, so that trusting in a loop
/// takes no lock.
#[track_caller]
pub fn record_trusted<T: ?Sized + 'static>(why: &'static str) {
    let at = Location::caller();
    let of_type = TypeId::of::<T>();
    RECENTLY.with(|recently| {
        // Locations are some words long, so their low bits say little.
        let place = ptr::from_ref(at).addr() / size_of::<Location<'_>>();
        let slot = &recently[(place ^ why.as_ptr().addr() ^ type_name::<T>().as_ptr().addr()) % RECENT];
        let this = (ptr::from_ref(at), ptr::from_ref(why), of_type);
        let known = slot
            .get()
            .is_some_and(|(at, why, of_type)| ptr::eq(at, this.0) && ptr::eq(why, this.1) && of_type == this.2);
        if !known {
            record(of_type, TrustedUse { why, type_name: type_name::<T>(), at });
            slot.set(Some(this));
        }
    });
}

#[cold]
#[track_caller]
fn record(of_type: TypeId, used: TrustedUse) {
    let TrustedUse { why, type_name, at } = used;
    assert!(
        !why.trim().is_empty(),
        "{}: `{type_name}` is trusted at {at} without a reason: say why it may cross the boundary of a turn",
        crate::rules::R2
    );
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.get_or_insert_default().insert((of_type, used));
}
