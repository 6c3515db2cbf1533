//! Values of the standard library: numbers, text, time, and isolock's own.

use super::{portable, portable_of};
use crate::{
    Access, Borrowed, Cycle, Event, Follow, Gone, Holding, Home, IsolateOptions, JsError, JsRoot, Mismatch, Obituary,
    Owner, Part, Portable, Position, Report, Request, RunError, RuntimeError, Stats, StructuredClone, ThreadName,
    Turns, Use, Wait, WeakIoContext, WeakJsRoot, Why, WrongThread,
};
use std::{alloc, any, cmp, ffi, hash, marker, mem, num, ops, panic, path, time};

portable!((), bool, char, f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

macro_rules! non_zero {
    ($($number:ty)*) => { portable!($(num::NonZero<$number>),*); };
}
non_zero!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
portable!(num::FpCategory, num::IntErrorKind);
portable_of!(num::Wrapping<T>, num::Saturating<T>);

// Of references only `&'static str`: were `&'static T` portable, a borrowed value would be refused with rustc's words for
// lifetimes and not with ours. A `static` needn't be captured, the body of a turn may name it.
impl Portable for &'static str {}
impl Portable for str {}
impl Portable for String {}
portable!(path::PathBuf, path::Path, ffi::OsString, ffi::OsStr, ffi::CString, ffi::CStr);

portable!(time::Duration, time::Instant, time::SystemTime);

portable!(ops::RangeFull, cmp::Ordering);
portable_of!(
    ops::Range<T>,
    ops::RangeInclusive<T>,
    ops::RangeFrom<T>,
    ops::RangeTo<T>,
    ops::RangeToInclusive<T>,
    ops::Bound<T>,
    ops::ControlFlow<B, C>,
    cmp::Reverse<T>,
);

portable!(any::TypeId, alloc::Layout, hash::RandomState, hash::DefaultHasher, marker::PhantomPinned);
impl<T: ?Sized + Portable> Portable for marker::PhantomData<T> {}
impl<H: 'static> Portable for hash::BuildHasherDefault<H> {}
impl<T: 'static> Portable for mem::Discriminant<T> {}

// Where something happened; `Lock::entered` and `Event::began` give it. Not recommended: it would head rustc's lists.
portable!(panic::Location<'static>);
#[diagnostic::do_not_recommend]
impl Portable for &'static panic::Location<'static> {}

// Function pointers capture nothing. Not those with a lifetime in their arguments (`fn(&str)`): for rustc their impls would
// overlap with these. A function needn't be captured, the body of a turn may name it.
macro_rules! function {
    ($($name:ident)*) => {
        impl<$($name: 'static,)* Out: 'static> Portable for fn($($name),*) -> Out {}
    };
}
function!();
function!(A);
function!(A B);
function!(A B C);
function!(A B C D);
function!(A B C D E);
function!(A B C D E F);

portable!(
    WeakIoContext,
    Event,
    RunError,
    RuntimeError,
    JsError,
    Position,
    Gone,
    Part,
    Why,
    Obituary,
    Request,
    Mismatch,
    Report,
    Cycle,
    Wait,
    Holding,
    Stats,
    Home,
    IsolateOptions,
    Turns,
    StructuredClone,
    Access,
    Borrowed,
    Owner,
    ThreadName,
    Use,
    WrongThread,
);
impl<T: 'static> Portable for JsRoot<T> {}
impl<T: 'static> Portable for WeakJsRoot<T> {}
impl<T: Portable> Portable for Follow<T> {}
