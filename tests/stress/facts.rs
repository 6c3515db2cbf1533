//! What V8 does and what isolock does about it.

mod callbacks;
mod state;
mod tasks;
