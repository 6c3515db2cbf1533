//! Tests of isolock on real V8, one module per rule.

mod adopt;
mod arguments;
mod clones;
mod contract;
mod contract_end;
mod convert;
mod errors;
mod events;
mod features;
mod isolate_fn;
mod no_js;
mod promises;
mod r1;
mod r10;
mod r2;
mod r3;
mod r56;
mod r8;
mod r9;
mod scopes;
mod sections;
mod signatures;
mod support;
mod twins;
