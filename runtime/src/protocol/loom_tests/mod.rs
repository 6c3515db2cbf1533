//! Explored interleavings of the protocol.
//!
//! Every test is run in all interleavings that loom finds within `LOOM_MAX_PREEMPTIONS` (three by `cargo xtask loom`; the
//! slowest test then takes some seconds). A lost wake-up shows as a deadlock, two turns at once as a
//! concurrent access to the model's cell, and what must happen exactly once is counted.

mod cancel;
mod death;
mod deletes;
mod event;
mod gate;
mod keep_alive;
mod model;
mod ownership;
mod queue;
mod slot;
mod termination;
mod wait_graph;
