//! `cargo xtask loom`: the protocol's tests under loom's scheduler.

use crate::sources;
use crate::steps::succeed;
use crate::workspace::Workspace;
use std::env;

/// Loom tests are named for what they are, so that a filter finds them among the ordinary ones.
const PREFIX: &str = "loom_";

/// Three preemptions find nearly every bug that more would find, in seconds instead of hours (loom's own advice).
const MAX_PREEMPTIONS: &str = "3";

pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<(), String> {
    // A filter that matches nothing passes. So look first.
    if !sources::test_functions(&workspace.path("runtime"))?.iter().any(|test| test.name.starts_with(PREFIX)) {
        return Err(format!("no test in runtime/ begins with `{PREFIX}`: there is nothing to run under loom"));
    }
    let filter: &[String] = if args.is_empty() { &[PREFIX.to_owned()] } else { args };
    let mut command = workspace.cargo(["test", "-p", "isolock", "--no-default-features", "--lib", "--release"]);
    command.args(filter);
    // `--cfg loom` changes what every crate is built with; a target folder of its own keeps the others warm.
    command
        .env("RUSTFLAGS", flags(env::var("RUSTFLAGS").ok()))
        .env("CARGO_TARGET_DIR", workspace.own_target_dir("loom"));
    if env::var_os("LOOM_MAX_PREEMPTIONS").is_none() {
        command.env("LOOM_MAX_PREEMPTIONS", MAX_PREEMPTIONS);
    }
    succeed(&mut command)
}

fn flags(given: Option<String>) -> String {
    match given {
        Some(given) if !given.is_empty() => format!("{given} --cfg loom"),
        _ => "--cfg loom".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::flags;

    #[test]
    fn given_flags_are_kept() {
        assert_eq!(flags(None), "--cfg loom");
        assert_eq!(flags(Some("-D warnings".into())), "-D warnings --cfg loom");
    }
}
