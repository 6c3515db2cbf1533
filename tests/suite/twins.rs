//! The passing twins of the compile-fail cases: the corrected program of each `ui-tests/cases/<name>.rs`, under the same
//! name, run on real V8. `cargo xtask catalogue` fails if a case has none.

mod affine;
mod awaits;
mod bindings;
mod blocking;
mod bodies;
mod captures;
mod closures;
mod derive;
mod entry;
mod escape;
mod first_day;
mod kept;
mod later;
mod liveness;
mod modules;
mod no_js;
mod portable;
mod roots;
mod scopes;
mod signatures;
