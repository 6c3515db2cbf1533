//! Annotated functions as a library publishes them: public, in a public module, so that rustc asks for the documentation
//! of everything that is generated.

#![deny(missing_docs, unreachable_pub, private_bounds, private_interfaces, clippy::pedantic)]

use isolock::prelude::*;
use std::{fmt::Display, marker::PhantomData};

/// The sum.
#[isolate_fn]
#[must_use]
pub fn sum(
    /// The first number.
    a: f64,
    /// The other number.
    b: f64,
) -> f64 {
    a + b
}

/// Both, one behind the other.
#[isolate_fn]
pub async fn join<T: Display + Portable + Clone, const N: usize>(
    _ev: Event,
    /// What comes first.
    #[capture]
    head: T,
    #[capture] _size: PhantomData<[(); N]>,
    #[capture] separator: String,
    tail: String,
) -> String {
    std::future::ready(format!("{head}{}{tail}", separator.repeat(N))).await
}
