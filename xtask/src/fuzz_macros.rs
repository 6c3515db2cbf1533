//! `cargo xtask fuzz-macros [count] [seed]`: the macros on mutations of real items, and rustc on what they accept.

use crate::scratch::Scratch;
use crate::steps::{Steps, succeed};
use crate::workspace::Workspace;
use std::time::{SystemTime, UNIX_EPOCH};

const COUNT: u64 = 1_000_000;

/// How many generated functions rustc checks. More of them would say the same.
const TYPED: &str = "2000";

pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<(), String> {
    let (count, seed) = arguments(args)?;
    // Another one each time, unless a failure is to be seen again.
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    let (count, seed) = (count.unwrap_or(COUNT).to_string(), seed.unwrap_or_else(now).to_string());
    eprintln!("{count} inputs, seed {seed}; again: cargo xtask fuzz-macros {count} {seed}");

    let mut steps = Steps::default();
    let scratch = Scratch::new(workspace, "no-v8", "isolock-typed")?;
    let mut fuzz =
        workspace.cargo(["test", "--release", "-p", "isolock-macros", "--lib", "fuzz_", "--", "--nocapture"]);
    fuzz.env("ISOLOCK_FUZZ_COUNT", &count).env("ISOLOCK_FUZZ_SEED", &seed);
    fuzz.env("ISOLOCK_FUZZ_TYPED", TYPED).env("ISOLOCK_FUZZ_TYPED_FILE", scratch.path("src/lib.rs"));
    // A procedural macro is built for the compiler's use, so without optimisations, its tests too.
    fuzz.env("CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_OPT_LEVEL", "3");
    fuzz.env("CARGO_TARGET_DIR", workspace.own_target_dir("fuzz-macros"));
    steps.command("mutated items", &mut fuzz);
    steps.run("what the macro accepts, rustc accepts", || succeed(&mut scratch.cargo(workspace, ["check"])));
    steps.finish()
}

fn arguments(args: &[String]) -> Result<(Option<u64>, Option<u64>), String> {
    let number =
        |arg: &String| arg.parse::<u64>().map_err(|_| format!("`{arg}` is no number: fuzz-macros [count] [seed]"));
    match args {
        [] => Ok((None, None)),
        [count] => Ok((Some(number(count)?), None)),
        [count, seed] => Ok((Some(number(count)?), Some(number(seed)?))),
        _ => Err("too many arguments: fuzz-macros [count] [seed]".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::arguments;

    #[test]
    fn count_and_seed_are_numbers() {
        let given = |args: &[&str]| arguments(&args.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(given(&[]), Ok((None, None)));
        assert_eq!(given(&["10", "7"]), Ok((Some(10), Some(7))));
        assert!(given(&["many"]).unwrap_err().contains("`many`"));
        assert!(given(&["1", "2", "3"]).is_err());
    }
}
