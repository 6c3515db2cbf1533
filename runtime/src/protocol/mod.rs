//! The V8-free half of the runtime: who may run when, who is told what, and what happens at the end.
//!
//! Nothing in here knows V8. Every module works on the primitives of [`sync`], which are `std`'s in a normal build and
//! loom's under `--cfg loom`, so that the tests beside them explore the interleavings (`cargo xtask loom`).
//!
//! **No semver promise**: the module is public so that its documentation can be read and its pieces be tested; programs
//! use the entries on [`IoContext`](crate::IoContext) and [`Event`](crate::Event).
//!
//! | module | noun |
//! |---|---|
//! | [`turn_queue`] | who holds the isolate, who waits, who may pass whom |
//! | [`turn_slot`] | one turn's way from "waiting" to its single outcome |
//! | [`entry`] | how a turn goes through gate and queue |
//! | [`turn_future`] | the futures of a turn |
//! | [`gate`] | the input gate of a context and its critical sections |
//! | [`keep_alive`] | whether a stored callback may still be called, and who is pending for it |
//! | [`liveness`] | whether a context may still be entered, and its obituary |
//! | [`delete_queue`] | what was dropped elsewhere and must be dropped at home |
//! | [`own_list`] | what an owner owns, in order |
//! | [`ownership`] | the life of one affine value |
//! | [`event`](mod@event) | cancellation and the pending count |
//! | [`termination`] | the record of the running turn: its limit, and who asked it to end |
//! | [`turn_record`] | what is known of a turn while it runs |
//! | [`wait_graph`] | who waits for whom, and the cycle that would never end |

pub mod delete_queue;
pub mod entry;
pub mod event;
pub mod gate;
pub mod keep_alive;
pub mod liveness;
pub mod own_list;
pub mod ownership;
pub mod sync;
pub mod termination;
pub mod turn_future;
pub mod turn_queue;
pub mod turn_record;
pub mod turn_slot;
pub mod wait_graph;

#[cfg(all(test, loom))]
mod loom_tests;
