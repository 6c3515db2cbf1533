//! Tests of isolock on real V8, one module per rule.

mod contract;
mod contract_end;
mod support;
