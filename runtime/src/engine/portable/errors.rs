//! Errors: a host function's must be portable.

use super::{portable, portable_of};
use crate::Portable;
use std::{
    alloc, array, backtrace, cell, char, collections, convert, env, error::Error, ffi, fmt, io, net, num, path, str,
    string, sync, thread, time,
};

portable!(
    convert::Infallible,
    alloc::LayoutError,
    array::TryFromSliceError,
    backtrace::Backtrace,
    cell::BorrowError,
    cell::BorrowMutError,
    char::CharTryFromError,
    char::DecodeUtf16Error,
    char::ParseCharError,
    char::TryFromCharError,
    collections::TryReserveError,
    env::VarError,
    env::JoinPathsError,
    ffi::FromBytesUntilNulError,
    ffi::FromBytesWithNulError,
    ffi::FromVecWithNulError,
    ffi::IntoStringError,
    ffi::NulError,
    fmt::Error,
    net::AddrParseError,
    num::ParseFloatError,
    num::ParseIntError,
    num::TryFromIntError,
    path::StripPrefixError,
    str::ParseBoolError,
    str::Utf8Error,
    string::FromUtf8Error,
    string::FromUtf16Error,
    thread::AccessError,
    time::SystemTimeError,
    time::TryFromFloatSecsError,
);
portable_of!(sync::PoisonError<T>, sync::TryLockError<T>, io::IntoInnerError<W>);

// A boxed error hides its type, and so does an `io::Error` that was made from one. They are portable all the same: they are
// what `?` makes of everything, and an error that holds a handle of V8 is far-fetched. Documented as not seen.
portable!(io::Error);
impl Portable for dyn Error + Send {}
impl Portable for dyn Error + Send + Sync {}
