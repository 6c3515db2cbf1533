//! The V8-free protocol on real threads and under random schedules. Interleavings are explored one by one in the loom
//! tests beside the protocol; here are the large numbers, the bounds and the models.
//!
//! No test sleeps or looks at a clock to decide anything. What could hang has a [`Watchdog`](executor::Watchdog).

#![cfg(not(loom))]

#[path = "protocol/bound.rs"]
mod bound;
#[path = "protocol/endings.rs"]
mod endings;
#[path = "protocol/events.rs"]
mod events;
#[path = "protocol/executor.rs"]
mod executor;
#[path = "protocol/models.rs"]
mod models;
#[path = "protocol/panics.rs"]
mod panics;
#[path = "protocol/queue_model.rs"]
mod queue_model;

#[path = "protocol/stress.rs"]
mod stress;
#[path = "protocol/support.rs"]
mod support;
#[path = "protocol/uncontended.rs"]
mod uncontended;
#[path = "protocol/waits.rs"]
mod waits;
