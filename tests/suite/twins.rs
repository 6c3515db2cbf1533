//! The passing twins of the compile-fail cases: the corrected program of each `ui-tests/cases/<name>.rs`, under the same
//! name, run on real V8. `cargo xtask catalogue` fails if a case has none.

mod affine;
mod bindings;
mod blocking;
mod captures;
mod entry;
mod escape;
mod liveness;
mod no_js;
mod roots;
