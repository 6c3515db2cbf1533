//! Every file in `cases/` must fail to compile, with exactly the words beside it.
//!
//! `TRYBUILD=overwrite cargo test -p isolock-ui-tests` writes the words anew; `… -- misuse trybuild=r2_` runs a part.

use std::env;
use std::process::Command;

/// Set in the process that runs trybuild.
const CHILD: &str = "ISOLOCK_UI_TESTS_CHILD";

/// With these the build script of the `v8` crate returns before it downloads or links, so no archive is needed. They
/// must not reach other builds: each makes that build script run again.
const TYPE_CHECK_ONLY: [(&str, &str); 3] =
    [("DOCS_RS", "1"), ("RUSTY_V8_SKIP_DOWNLOAD", "1"), ("RUSTY_V8_MIRROR_FALLBACK", "0")];

#[test]
#[cfg_attr(not(pinned_rustc), ignore = "`cases/*.stderr` hold the words of another rustc (see build.rs)")]
fn misuse_does_not_compile() {
    if env::var_os(CHILD).is_some() {
        // No `pass` cases: with a single one trybuild builds instead of checking, and would have to link V8.
        trybuild::TestCases::new().compile_fail("cases/*.rs");
        return;
    }
    // trybuild has no setting for the environment of its cargo, and changing one's own is unsafe: hence a process.
    let status = Command::new(env::current_exe().expect("a test has a path"))
        .args(env::args_os().skip(1))
        .env(CHILD, "1")
        .envs(TYPE_CHECK_ONLY)
        .status()
        .expect("the test can be started again");
    assert!(status.success(), "see the mismatches above");
}
