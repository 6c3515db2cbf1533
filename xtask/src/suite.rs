//! `cargo xtask test`: every test that this machine can run, and a loud word on those it can't.

use crate::steps::Steps;
use crate::v8::{self, Profile, Source};
use crate::workspace::{self, Rustc, Workspace};
use crate::{catalogue, loom, notice};

/// What only a linked V8 can show.
const NEEDS_V8: [&str; 3] = [
    "the tests on real V8 (isolock-tests), one file per rule",
    "the unit tests and doctests of isolock's V8 layer (type-checked only)",
    "the examples, `cargo xtask parallel` among them (type-checked only)",
];

pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    let mut steps = Steps::default();
    // The compile-fail tests run cargo with --offline.
    steps.command("dependencies", &mut workspace.cargo(["fetch"]));
    let v8 = v8::find(workspace, Profile::Debug)?;
    match &v8 {
        Ok(source) => with_v8(workspace, &mut steps, source),
        Err(_) => without_v8(workspace, &mut steps),
    }
    steps.run("loom tests", || loom::run(workspace, &[]));
    steps.run("rule catalogue", || catalogue::run(workspace));
    let steps = steps.finish();

    say_if_compile_fail_tests_were_ignored()?;
    let Err(missing) = v8 else { return steps };
    let notice = missing.notice("these tests did NOT run", &NEEDS_V8);
    match (steps, workspace::is_ci()) {
        (Ok(()), false) => {
            eprintln!("{notice}");
            Ok(())
        }
        // On a build machine a test that didn't run is a failure: nobody would read the notice.
        (Ok(()), true) => Err(format!("{notice}\nCI is set: leaving these tests out is a failure")),
        (Err(failed), _) => Err(format!("{notice}\n{failed}")),
    }
}

fn with_v8(workspace: &Workspace, steps: &mut Steps, source: &Source) {
    eprintln!("V8: {source}");
    // One command: with the packages chosen one by one, features are unified anew each time and V8 is linked again.
    let mut tests = workspace.cargo(["test", "--workspace", "--no-fail-fast"]);
    steps.command(
        "unit tests, tests on V8, compile-fail tests, doctests",
        tests.envs(source.environment().iter().copied()),
    );
}

fn without_v8(workspace: &Workspace, steps: &mut Steps) {
    let packages = ["-p", "isolock-rules", "-p", "isolock-macros", "-p", "isolock-ui-tests", "-p", "xtask"];
    let mut tests = workspace.cargo(["test", "--no-fail-fast"]);
    steps.command("rules, macros, compile-fail tests, xtask", tests.args(packages));
    let mut protocol = workspace.cargo(["test", "--no-fail-fast", "-p", "isolock", "--no-default-features"]);
    steps.command("protocol (isolock without V8)", &mut protocol);
    let mut check = workspace.cargo(["check", "--workspace", "--all-targets"]);
    check.envs(v8::TYPE_CHECK_ONLY).env("CARGO_TARGET_DIR", workspace.own_target_dir("no-v8"));
    steps.command("type-check of everything that needs V8", &mut check);
}

/// The words of rustc's errors change with its version, so `ui-tests` ignores its test under any other.
fn say_if_compile_fail_tests_were_ignored() -> Result<(), String> {
    let rustc = Rustc::ask()?;
    if !rustc.is_pinned() {
        let pinned = workspace::PINNED_RUSTC;
        let lines = [
            format!("`ui-tests/cases/*.stderr` hold the words of rustc {pinned}; this is rustc {}.", rustc.release()),
            format!("Run `cargo +{pinned} xtask test` to have them checked."),
        ];
        eprintln!("{}", notice::boxed("THE COMPILE-FAIL TESTS DID NOT RUN", &lines));
    }
    Ok(())
}
