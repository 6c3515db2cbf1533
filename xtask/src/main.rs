//! The commands of this workspace: `cargo xtask <command>`.
//!
//! The point of this program is what plain cargo can't say: whether a V8 archive can be had, what is left out when it
//! can't, and whether the rule catalogue agrees with the tests.

#![forbid(unsafe_code)]

mod catalogue;
mod checked;
mod compile_time;
mod fuzz_macros;
mod loom;
mod notice;
mod parallel;
mod rules;
mod scratch;
mod sources;
mod steps;
mod suite;
mod v8;
mod workspace;

use std::process::ExitCode;
use workspace::Workspace;

const USAGE: &str = "\
usage: cargo xtask <command>

  parallel [--debug] [args]  build and run the example `parallel` (release unless --debug); args go to the program
  test                       every test this machine can run; says loudly what it left out
  loom [filter]              the loom tests of the protocol
  checked [test args]        the tests on a V8 that was built with its own checks
  rules [--write | --print]  compare RULES.md with the catalogue, write it, or print the page
  catalogue                  check that every rule has its compile-fail cases, each its passing twin, and run-time tests
  fuzz-macros [count] [seed] the macros on a million mutated items, and rustc on what they accept
  compile-time [n]           what n annotated functions cost, against the same ones written by hand
  v8                         say where V8 would come from
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next();
    let rest: Vec<String> = args.collect();
    let workspace = Workspace::find();
    let done = match command.as_deref() {
        Some("parallel") => parallel::run(&workspace, &rest),
        Some("loom") => loom::run(&workspace, &rest),
        Some("checked") => checked::run(&workspace, &rest),
        Some("fuzz-macros") => fuzz_macros::run(&workspace, &rest),
        Some("compile-time") => compile_time::run(&workspace, &rest),
        Some("rules") => rules::run(&workspace, &rest),
        Some("test") => no_arguments(&rest).and_then(|()| suite::run(&workspace)),
        Some("catalogue") => no_arguments(&rest).and_then(|()| catalogue::run(&workspace)),
        Some("v8") => no_arguments(&rest).and_then(|()| v8::run(&workspace)),
        Some("help" | "--help" | "-h") => {
            print!("{USAGE}");
            Ok(())
        }
        Some(other) => Err(format!("no command `{other}`\n\n{USAGE}")),
        None => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}

/// An argument that is silently ignored would look as if it had had an effect.
fn no_arguments(rest: &[String]) -> Result<(), String> {
    match rest.first() {
        None => Ok(()),
        Some(extra) => Err(format!("unexpected argument `{extra}`\n\n{USAGE}")),
    }
}
