//! Types, modules, parameters and constants named like what the expansion uses.

#![allow(dead_code, non_upper_case_globals, clippy::module_inception)]

use ::isolock as real;

pub(crate) mod core {}
pub(crate) mod std {}
mod isolock {}
mod __private {}

#[derive(Clone)]
pub(crate) struct Result(pub(crate) f64);
#[derive(Clone)]
pub(crate) struct Option(pub(crate) f64);
#[derive(Clone)]
pub(crate) struct String(pub(crate) ::std::string::String);
pub(crate) struct Box;
pub(crate) struct Vec;
struct Some;
struct Ok;
struct Err;
struct IoContext;
struct Arguments;
struct HostFunction;
struct RunError;
trait Future {}
trait Send {}
trait Sync {}
trait Clone {
    fn clone(&self) -> ! {
        unreachable!()
    }
}
impl<T> Clone for T {}
trait Into {
    fn into(self);
}

impl real::Portable for Result {}
impl real::Portable for Option {}
impl real::Portable for String {}

/// Parameters with the names of the expansion's locals.
#[real::isolate_fn(crate = real)]
pub(crate) fn shadowed(lock: f64, ctx: f64, args: f64, ev: f64, self_: f64) -> f64 {
    lock + ctx + args + ev + self_
}

/// Captures, too, beside a real lock.
#[real::isolate_fn(crate = real)]
pub(crate) fn kept(scope: &mut real::Lock<'_>, #[capture] result: &Result, #[capture] args: Option, _lock: f64) -> f64 {
    scope.console_log("kept");
    result.0 + args.0 + _lock
}

/// An async one, whose event is called as nothing else is.
#[real::isolate_fn(crate = real)]
pub(crate) async fn later(event: real::Event, #[capture] ev: String, ctx: f64, name: f64) -> ::std::string::String {
    drop(event);
    ::std::format!("{}{ctx}{name}", ev.0)
}
