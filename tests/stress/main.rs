//! Limits, deaths and races on real V8. `ISOLOCK_STRESS` scales the large ones (default 1).

mod affine;
mod death;
mod facts;
mod limits;
mod overlap;
mod storm;
mod support;
mod threads;
