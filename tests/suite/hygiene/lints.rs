//! Code whose owner is strict: the expansion adds no warning of any of these groups. What the functions themselves do
//! is clean by them, so every lint that fires is about generated code.

#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    unused,
    unused_qualifications,
    single_use_lifetimes,
    unused_lifetimes,
    trivial_casts,
    let_underscore_drop,
    missing_copy_implementations,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]
#![forbid(unsafe_code)]
#![allow(clippy::redundant_pub_crate, reason = "`unreachable_pub` wants the opposite")]

use isolock::{prelude::*, v8};
use std::{
    fmt::Display,
    sync::{Arc, Mutex, PoisonError},
};

/// Twice the number.
#[isolate_fn]
#[must_use]
pub(crate) const fn scale(number: f64) -> f64 {
    number * 2.0
}

/// Puts a text where the others are.
///
/// # Errors
///
/// If V8 refuses the value.
#[isolate_fn]
pub(crate) fn put_text(
    lock: &mut Lock<'_>,
    #[capture] texts: &Arc<Mutex<Vec<String>>>,
    text: String,
    times: Option<u8>,
) -> Result<f64, RunError> {
    let mut texts = texts.lock().unwrap_or_else(PoisonError::into_inner);
    texts.extend(std::iter::repeat_n(text, usize::from(times.unwrap_or(1))));
    let count = f64::from(u32::try_from(texts.len()).unwrap_or(u32::MAX));
    drop(texts);
    lock.set_global("count", count)?;
    Ok(count)
}

/// The sum of both, after a while.
#[isolate_fn]
pub(crate) async fn later(_ev: Event, #[capture(trusted = "ticks")] wait: u32, number: f64) -> f64 {
    std::future::ready(()).await;
    f64::from(wait) + number
}

/// What it captures, before the text.
#[isolate_fn]
pub(crate) fn first<'s, T: Display + Portable>(
    #[capture] pair: &Pair<T>,
    #[capture(trusted = "one byte")] one: u8,
    text: v8::Local<'s, v8::Value>,
    _again: Option<v8::Local<'s, v8::Value>>,
) -> String {
    format!("{one}{}{}{}", pair.0, pair.1, if text.is_string() { "s" } else { "?" })
}

/// Two of a kind.
pub(crate) struct Pair<T>(T, T);

impl<T: Portable> Portable for Pair<T> {}

impl Pair<String> {
    /// A binding of [`first`](fn@first).
    pub(crate) const fn first_binding() -> first<String> {
        first { pair: Self(String::new(), String::new()), one: 1 }
    }
}
