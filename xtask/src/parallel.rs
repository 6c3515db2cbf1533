//! `cargo xtask parallel`: the main command.

use crate::steps::succeed;
use crate::v8::{self, Profile};
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<(), String> {
    let (profile, program_args) = split(args);
    let source = v8::find(workspace, profile)?.map_err(|missing| missing.notice("`parallel` did not run", &[]))?;
    let mut command = workspace.cargo(["run"]);
    if profile == Profile::Release {
        command.arg("--release");
    }
    command.args(["-p", "isolock-examples", "--bin", "parallel", "--"]).args(program_args);
    command.envs(source.environment().iter().copied());
    succeed(&mut command)
}

/// Only the first argument can be ours: what comes later is the program's, even if it looks the same.
fn split(args: &[String]) -> (Profile, &[String]) {
    match args.split_first() {
        Some((first, rest)) if first == "--debug" => (Profile::Debug, rest),
        Some((first, rest)) if first == "--release" => (Profile::Release, rest),
        _ => (Profile::Release, args),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn release_is_the_default_and_later_arguments_are_the_programs() {
        let args = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(split(&[]), (Profile::Release, &[][..]));
        assert_eq!(split(&args(&["--debug", "4"])), (Profile::Debug, &args(&["4"])[..]));
        assert_eq!(split(&args(&["4", "--debug"])), (Profile::Release, &args(&["4", "--debug"])[..]));
    }
}
