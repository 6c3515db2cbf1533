//! **isolock** makes it hard to misuse V8.
//!
//! A V8 isolate may be used by one thread at a time, under its lock, inside its context, and never after its death.
//! isolock turns these rules into types, attribute macros and a runtime: host functions are annotated with
//! [`macro@isolate_fn`], turns are entered with [`IoContext::run`], and what goes wrong has a name from the
//! [rule catalogue](rules).
//!
#![cfg_attr(feature = "v8", doc = "```no_run")]
#![cfg_attr(not(feature = "v8"), doc = "```ignore")]
//! use isolock::prelude::*;
//!
//! #[isolate_fn]
//! fn add(a: f64, b: f64) -> f64 {
//!     a + b
//! }
//!
//! # async fn run() -> Result<(), RunError> {
//! let runtime = Runtime::builder().build()?;
//! let isolate = runtime.isolate(IsolateOptions::new())?;
//! let ctx = isolate.context(ContextOptions::new()).setup((), |lock, ()| lock.install((add {},))).await?;
//! let sum: f64 = ctx.eval("add(1, 2)").await?;
//! assert_eq!(sum, 3.0);
//! # Ok(())
//! # }
//! ```
//!
//! # Nouns
//!
//! - An **isolate** ([`Isolate`]) is a V8 heap; one thread at a time. On the *shared home* any thread may run a turn; on
//!   the *pinned home* one thread of its own does.
//! - A **context** ([`IoContext`], [`WeakIoContext`]) is one `v8::Context` with its record. Contexts that may exchange
//!   objects form a [`ContextGroup`].
//! - An **event** ([`Event`]) is one activity in a context: an outside `run`, a JS call of an asynchronous host function.
//! - A **turn** is one stay inside the isolate; [`Lock`] is its proof.
//!
//! # Features
//!
//! - `v8` (default): everything that touches V8. Without it the crate is the catalogue, the protocol and the macros.
//! - `tokio`: asynchronous host functions are polled by the tokio runtime that is current when the [`Runtime`] is built;
//!   tokio's channels, their errors and its `JoinHandle` are [`Portable`](trait@Portable).
//! - `tracing`: a span per turn, under the span where the turn was asked for.
//! - `anyhow`, `bytes`, `http`, `reqwest`, `serde_json`, `url`, `uuid`: the types of the crate of that name are
//!   [`Portable`](trait@Portable): `anyhow::Error`; `Bytes`; requests, responses and their parts; `Client`; `Value`; `Url`; `Uuid`. `reqwest`
//!   turns on `bytes`, `http` and `url`.
//! - `v8-checks`: links a V8 that was built with its own checks; needs the matching archive.

#![cfg_attr(not(feature = "v8"), allow(rustdoc::broken_intra_doc_links))]

pub mod protocol;
#[cfg(feature = "v8")]
pub use isolock_macros::Portable;
pub use isolock_macros::isolate_fn;
pub use isolock_rules as rules;

/// The README's example is compiled and run.
#[cfg(all(doctest, feature = "v8"))]
#[doc = include_str!("../../README.md")]
struct Readme;

#[cfg(feature = "v8")]
mod engine;
#[cfg(feature = "v8")]
pub use engine::*;
#[cfg(feature = "v8")]
pub use v8;
