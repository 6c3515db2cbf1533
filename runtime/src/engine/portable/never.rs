//! What must not cross, with words of its own.
//!
//! Each is an impl that never applies, by a bound that nothing fulfils. rustc shows the words of the bound and not those
//! of `Portable` because the type of the bound has a bound lifetime (`for<'x>`), or is not the type that was asked about:
//! it is inside of something. Only then does an `Rc` get its words; a turn whose result is an `Rc` gets the general ones.
//! Where the type isn't `Send`, the bound implies `Send`, or rustc would complain about that as well. The one type that
//! does implement the bound is what rustc names as the way out.
//!
//! Not here are references (and so `&mut Lock`) and trait objects (`dyn FnOnce()`, `dyn Any`): an impl for one would stand
//! in rustc's list of implementors when another reference or trait object is refused, as if it were portable. Closures
//! and futures have types that can't be named. The general words speak of all of these.

use super::Portable;
use crate::{IoContext, Isolate, JsRoot, Runtime, WeakIoContext, v8};
use std::{
    cell,
    ptr::NonNull,
    rc,
    sync::{Arc, Mutex, MutexGuard, RwLockReadGuard, RwLockWriteGuard, atomic::AtomicPtr, mpsc},
    thread::JoinHandle,
};

/// Carries the words for `v8::Global`.
#[diagnostic::on_unimplemented(
    message = "R5 name-what-is-affine: a `v8::Global` can't cross the boundary of a turn",
    label = "a raw global handle",
    note = "keep the value as a `JsRoot`, made by `lock.root(value)`: it knows its isolate and is dropped at home"
)]
pub trait UseJsRoot {}
impl<T: 'static> UseJsRoot for &JsRoot<T> {}
impl<T: 'static> Portable for v8::Global<T> where for<'x> &'x v8::Global<T>: UseJsRoot {}

/// Carries the words for `v8::Weak`.
#[diagnostic::on_unimplemented(
    message = "R5 name-what-is-affine: a `v8::Weak` can't cross the boundary of a turn",
    label = "a raw weak handle",
    note = "keep the value as a `JsRoot`, made by `lock.root(value)`; what JS releases is told by a `FinalizationRegistry`"
)]
pub trait UseJsRootForWeak: Send {}
impl<T: 'static> UseJsRootForWeak for JsRoot<T> {}
impl<T: 'static> Portable for v8::Weak<T> where v8::Weak<T>: UseJsRootForWeak {}

/// Carries the words for `v8::Local`.
#[diagnostic::on_unimplemented(
    message = "R7 no-escape: a `v8::Local` can't leave its turn",
    label = "a handle of this turn",
    note = "convert it inside the turn (`f64::from_js(value, lock)?`), or keep it as a `JsRoot`, made by `lock.root(value)`"
)]
pub trait LeavesTurn: Send {}
impl<T: 'static> LeavesTurn for JsRoot<T> {}
impl<T: 'static> Portable for v8::Local<'static, T> where for<'x> v8::Local<'x, T>: LeavesTurn {}

/// Carries the words for strong contexts.
#[diagnostic::on_unimplemented(
    message = "R3 weak-across-threads: a strong `IoContext` can't cross the boundary of a turn",
    label = "would keep the context alive",
    note = "take `ctx.downgrade()`, or inside a turn `lock.context()`: a `WeakIoContext` is checked at every entry"
)]
pub trait UseWeakContext {}
impl UseWeakContext for &WeakIoContext {}
impl Portable for IoContext where for<'x> &'x IoContext: UseWeakContext {}

/// Carries the words for isolates, which are strong.
#[diagnostic::on_unimplemented(
    message = "R3 weak-across-threads: an `Isolate` can't cross the boundary of a turn",
    label = "would keep the isolate alive",
    note = "take the `WeakIoContext` of one of its contexts (`ctx.downgrade()`): it is checked at every entry"
)]
pub trait UseWeakContextOfIsolate {}
impl UseWeakContextOfIsolate for &WeakIoContext {}
impl Portable for Isolate where for<'x> &'x Isolate: UseWeakContextOfIsolate {}

/// Carries the words for runtimes, which are strong.
#[diagnostic::on_unimplemented(
    message = "R3 weak-across-threads: a `Runtime` can't cross the boundary of a turn",
    label = "would keep the runtime alive",
    note = "make isolates and contexts outside of turns, and take along what tells of them: a `WeakIoContext`, a channel"
)]
pub trait UseWeakContextOfRuntime {}
impl UseWeakContextOfRuntime for &WeakIoContext {}
impl Portable for Runtime where for<'x> &'x Runtime: UseWeakContextOfRuntime {}

/// Carries the words for the guards of locks.
#[diagnostic::on_unimplemented(
    message = "R2 explicit-captures: the guard of a lock can't cross the boundary of a turn",
    label = "holds a lock while the turn waits",
    note = "copy what the turn needs and drop the guard, or share the lock and take it in the turn: `Arc<Mutex<_>>`"
)]
pub trait ShareTheLock: Send {}
impl<T: Send> ShareTheLock for Arc<Mutex<T>> {}
impl<T: 'static> Portable for MutexGuard<'static, T> where for<'x> MutexGuard<'x, T>: ShareTheLock {}
impl<T: 'static> Portable for RwLockReadGuard<'static, T> where for<'x> RwLockReadGuard<'x, T>: ShareTheLock {}
impl<T: 'static> Portable for RwLockWriteGuard<'static, T> where for<'x> RwLockWriteGuard<'x, T>: ShareTheLock {}

/// Carries the words for borrows of a `RefCell`.
#[diagnostic::on_unimplemented(
    message = "R2 explicit-captures: a borrow of a `RefCell` can't cross the boundary of a turn",
    label = "keeps the cell borrowed while the turn waits",
    note = "copy what the turn needs (`.clone()`) and drop the borrow, or move the value in and return it as the result"
)]
pub trait CopyOutOfTheCell: Send {}
impl<T: Send> CopyOutOfTheCell for Arc<Mutex<T>> {}
impl<T: 'static> Portable for cell::Ref<'static, T> where for<'x> cell::Ref<'x, T>: CopyOutOfTheCell {}
impl<T: 'static> Portable for cell::RefMut<'static, T> where for<'x> cell::RefMut<'x, T>: CopyOutOfTheCell {}

/// Carries the words for `Rc`.
#[diagnostic::on_unimplemented(
    message = "R2 explicit-captures: an `Rc` can't cross the boundary of a turn",
    label = "bound to one thread",
    note = "turns move between threads: use `Arc`"
)]
pub trait UseArc: Send {}
impl<T: ?Sized + Send + Sync> UseArc for Arc<T> {}
impl<T: ?Sized + 'static> Portable for rc::Rc<T> where rc::Rc<T>: UseArc {}

/// Carries the words for `rc::Weak`.
#[diagnostic::on_unimplemented(
    message = "R2 explicit-captures: an `rc::Weak` can't cross the boundary of a turn",
    label = "bound to one thread",
    note = "turns move between threads: use `Arc` and `sync::Weak`"
)]
pub trait UseSyncWeak: Send {}
impl<T: ?Sized + Send + Sync> UseSyncWeak for std::sync::Weak<T> {}
impl<T: ?Sized + 'static> Portable for rc::Weak<T> where rc::Weak<T>: UseSyncWeak {}

/// Carries the words for pointers.
#[diagnostic::on_unimplemented(
    message = "R2 explicit-captures: the pointer `{Self}` can't cross the boundary of a turn",
    label = "says nothing about what it points to",
    note = "take along what owns the value: a `Box`, an `Arc`, an index",
    note = "a handle of C that any thread may use: keep it in a type with an `unsafe impl Send` that says why, and take that along as `Trusted::new(\"why\", handle)`"
)]
pub trait CarriesItsOwner: Send {}
impl<T: ?Sized + Send> CarriesItsOwner for Box<T> {}
impl<T: ?Sized + 'static> Portable for *const T where *const T: CarriesItsOwner {}
impl<T: ?Sized + 'static> Portable for *mut T where *mut T: CarriesItsOwner {}
impl<T: ?Sized + 'static> Portable for NonNull<T> where NonNull<T>: CarriesItsOwner {}
impl<T: 'static> Portable for AtomicPtr<T> where AtomicPtr<T>: CarriesItsOwner {}

/// Carries the words for the receiving end of `std::sync::mpsc`.
#[diagnostic::on_unimplemented(
    message = "R4 no-blocking: the receiver of a `std::sync::mpsc` channel can't cross the boundary of a turn",
    label = "receives by blocking",
    note = "receive before or after the turn, and take along what came; in an asynchronous body await `futures::channel::mpsc`"
)]
pub trait ReceiveOutside {}
impl<T> ReceiveOutside for &futures::channel::mpsc::Receiver<T> {}
impl<T: Send + 'static> Portable for mpsc::Receiver<T> where for<'x> &'x mpsc::Receiver<T>: ReceiveOutside {}

/// Carries the words for threads that can be joined.
#[diagnostic::on_unimplemented(
    message = "R4 no-blocking: the `JoinHandle` of a thread can't cross the boundary of a turn",
    label = "joins by blocking",
    note = "join before or after the turn, or let the thread send its result to a `futures::channel::oneshot`"
)]
pub trait JoinOutside {}
impl<T> JoinOutside for &futures::channel::oneshot::Receiver<T> {}
impl<T: 'static> Portable for JoinHandle<T> where for<'x> &'x JoinHandle<T>: JoinOutside {}
