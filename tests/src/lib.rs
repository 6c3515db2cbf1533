//! Shared helpers of the tests on real V8.
