//! Tests of isolock on real V8, one module per rule.

mod contract;
mod contract_end;
mod errors;
mod events;
mod promises;
mod r1;
mod r10;
mod r2;
mod r3;
mod r56;
mod r8;
mod r9;
mod sections;
mod support;
