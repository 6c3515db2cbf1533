//! What may cross the boundary of a turn.

use super::{Event, Follow, IoContext, Isolate, JsError, JsRoot, RunError, StructuredClone, WeakIoContext};
use crate::v8;
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque},
    sync::{Arc, Mutex, MutexGuard, RwLockReadGuard, RwLockWriteGuard, Weak, atomic, mpsc},
    time::{Duration, Instant, SystemTime},
};

/// What may cross the boundary of a turn, in either direction: captures on the way in, results on the way out.
///
/// This is an allow-list, not [`Send`]: `v8::Global` is `Send`, a wrapper may claim to be, and a strong [`IoContext`] in
/// a pending task would keep a dead tenant's heap alive (rules R2, R3 and R7). Owned data, standard collections, `Arc`s of
/// such, sending ends of channels, [`WeakIoContext`], [`Event`] and [`JsRoot`] are portable. For a type of your own,
/// implement the trait if all its fields are portable: it has no methods.
#[diagnostic::on_unimplemented(
    message = "R2 explicit-captures: `{Self}` can't cross the boundary of a turn",
    label = "not `Portable`",
    note = "only owned data, weak contexts, events and `JsRoot` cross it; a `Lock` stays inside (R7 no-escape)",
    note = "for a reference, closure or future list what it needs, and await before or after the turn (R4 no-blocking)",
    note = "for a type of your own whose fields all may: `impl isolock::Portable for {Self} {{}}`"
)]
pub trait Portable: Send + 'static {}

// What must not cross has words of its own: an impl that never applies, by a bound that nothing fulfils. rustc shows the
// words of the bound and not those of `Portable` because its type has a bound lifetime (`for<'x>`), or is another one.
// The one type that does implement the bound is what rustc names as the way out. References (and so `&mut Lock`) have
// no such impl: it would head the list of implementors in every message about another type.

/// Carries the words for `v8::Global`.
#[diagnostic::on_unimplemented(
    message = "R5 name-what-is-affine: a `v8::Global` can't cross the boundary of a turn",
    label = "a raw global handle",
    note = "keep the value as a `JsRoot`, made by `lock.root(value)`: it knows its isolate and is dropped at home"
)]
#[doc(hidden)]
pub trait UseJsRoot {}
impl<T: 'static> UseJsRoot for &JsRoot<T> {}
impl<T: 'static> Portable for v8::Global<T> where for<'x> &'x v8::Global<T>: UseJsRoot {}

/// Carries the words for `v8::Local`.
#[diagnostic::on_unimplemented(
    message = "R7 no-escape: a `v8::Local` can't leave its turn",
    label = "a handle of this turn",
    note = "convert it to a Rust value inside the turn, or keep it as a `JsRoot`, made by `lock.root(value)`"
)]
#[doc(hidden)]
pub trait LeavesTurn: Send {}
impl<T: 'static> LeavesTurn for JsRoot<T> {}
impl<T: 'static> Portable for v8::Local<'static, T> where for<'x> v8::Local<'x, T>: LeavesTurn {}

/// Carries the words for strong contexts.
#[diagnostic::on_unimplemented(
    message = "R3 weak-across-threads: a strong `IoContext` can't cross the boundary of a turn",
    label = "would keep the context alive",
    note = "take `ctx.downgrade()`, or inside a turn `lock.context()`: a `WeakIoContext` is checked at every entry"
)]
#[doc(hidden)]
pub trait UseWeakContext {}
impl UseWeakContext for &WeakIoContext {}
impl Portable for IoContext where for<'x> &'x IoContext: UseWeakContext {}

/// Carries the words for isolates, which are strong.
#[diagnostic::on_unimplemented(
    message = "R3 weak-across-threads: an `Isolate` can't cross the boundary of a turn",
    label = "would keep the isolate alive",
    note = "take the `WeakIoContext` of one of its contexts (`ctx.downgrade()`): it is checked at every entry"
)]
#[doc(hidden)]
pub trait UseWeakContextOfIsolate {}
impl UseWeakContextOfIsolate for &WeakIoContext {}
impl Portable for Isolate where for<'x> &'x Isolate: UseWeakContextOfIsolate {}

/// Carries the words for the guards of locks.
#[diagnostic::on_unimplemented(
    message = "R2 explicit-captures: the guard of a lock can't cross the boundary of a turn",
    label = "holds a lock while the turn waits",
    note = "copy what the turn needs and drop the guard, or share the lock and take it in the turn: `Arc<Mutex<_>>`"
)]
#[doc(hidden)]
pub trait ShareTheLock: Send {}
impl<T: Send> ShareTheLock for Arc<Mutex<T>> {}
impl<T: 'static> Portable for MutexGuard<'static, T> where for<'x> MutexGuard<'x, T>: ShareTheLock {}
impl<T: 'static> Portable for RwLockReadGuard<'static, T> where for<'x> RwLockReadGuard<'x, T>: ShareTheLock {}
impl<T: 'static> Portable for RwLockWriteGuard<'static, T> where for<'x> RwLockWriteGuard<'x, T>: ShareTheLock {}

/// Carries the words for `Rc`. They are shown for an `Rc` inside of something: it has no lifetime to be bound, and must
/// imply `Send`.
#[diagnostic::on_unimplemented(
    message = "R2 explicit-captures: an `Rc` can't cross the boundary of a turn",
    label = "bound to one thread",
    note = "turns move between threads: use `Arc`"
)]
#[doc(hidden)]
pub trait UseArc: Send {}
impl<T: ?Sized + Send + Sync> UseArc for Arc<T> {}
impl<T: ?Sized + 'static> Portable for std::rc::Rc<T> where for<'x> std::rc::Rc<T>: UseArc {}

macro_rules! portable {
    ($($type:ty),* $(,)?) => { $(impl Portable for $type {})* };
}

portable!(
    (),
    bool,
    char,
    f32,
    f64,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    String,
    &'static str,
    std::path::PathBuf,
    std::ffi::OsString,
    std::ffi::CString,
    std::io::Error,
    std::num::ParseIntError,
    std::num::ParseFloatError,
    std::string::FromUtf8Error,
    std::fmt::Error,
    std::convert::Infallible,
    std::net::IpAddr,
    std::net::SocketAddr,
    std::thread::ThreadId,
    Duration,
    Instant,
    SystemTime,
    WeakIoContext,
    Event,
    RunError,
    JsError,
    StructuredClone,
);

impl<T: 'static> Portable for JsRoot<T> {}
impl<T: Portable> Portable for Follow<T> {}

impl<T: Portable> Portable for Option<T> {}
impl<T: Portable, E: Portable> Portable for Result<T, E> {}
impl Portable for str {}
impl<T: Portable> Portable for [T] {}
impl<T: ?Sized + Portable> Portable for Box<T> {}
impl<T: Portable> Portable for Vec<T> {}
impl<T: Portable> Portable for VecDeque<T> {}
impl<T: Portable> Portable for LinkedList<T> {}
impl<T: Portable> Portable for BinaryHeap<T> {}
impl<T: Portable> Portable for BTreeSet<T> {}
impl<K: Portable, V: Portable> Portable for BTreeMap<K, V> {}
impl<T: Portable, S: Portable> Portable for HashSet<T, S> {}
impl<K: Portable, V: Portable, S: Portable> Portable for HashMap<K, V, S> {}
impl Portable for std::hash::RandomState {}
impl<T: Portable, const N: usize> Portable for [T; N] {}
impl<T: ?Sized + ToOwned + Sync + 'static> Portable for Cow<'static, T> where T::Owned: Portable {}
impl<T: ?Sized + Sync + Portable> Portable for Arc<T> {}
impl<T: ?Sized + Sync + Portable> Portable for Weak<T> {}
impl<T: Portable> Portable for Mutex<T> {}
impl<T: Portable + Sync> Portable for std::sync::RwLock<T> {}
impl<T: Portable + Sync> Portable for std::sync::OnceLock<T> {}
impl<T: Portable> Portable for std::marker::PhantomData<T> {}
impl<T: Portable> Portable for mpsc::Sender<T> {}
impl<T: Portable> Portable for mpsc::SyncSender<T> {}
impl<T: Portable> Portable for futures::channel::oneshot::Sender<T> {}
impl<T: Portable> Portable for futures::channel::mpsc::Sender<T> {}
impl<T: Portable> Portable for futures::channel::mpsc::UnboundedSender<T> {}

portable!(
    atomic::AtomicBool,
    atomic::AtomicI32,
    atomic::AtomicI64,
    atomic::AtomicIsize,
    atomic::AtomicU8,
    atomic::AtomicU16,
    atomic::AtomicU32,
    atomic::AtomicU64,
    atomic::AtomicUsize,
    std::sync::Barrier,
);

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: Portable),*> Portable for ($($name,)*) {}
    };
}
tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);
