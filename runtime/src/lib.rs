//! isolock

pub use isolock_rules as rules;
pub mod protocol;
