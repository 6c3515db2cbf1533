//! The passing twins of the compile-fail cases: each misuse of `ui-tests/cases`, corrected and run.

mod derive;
