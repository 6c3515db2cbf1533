//! `cargo xtask checked`: the tests on a V8 that aborts where a release build is silently wrong.

use crate::steps::succeed;
use crate::workspace::{Rustc, Workspace};
use std::env;
use std::path::{Path, PathBuf};

/// Names another folder than the one beside the checkout.
const OVERRIDE: &str = "ISOLOCK_V8_CHECKED";
const DEFAULT: &str = "../shared/rusty_v8_checked";

pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<(), String> {
    let given = env::var_os(OVERRIDE).map_or_else(|| workspace.path(DEFAULT), |dir| workspace.path("").join(dir));
    let archive = folder(&given, &Rustc::ask()?.target()?)?;
    let mut command = workspace.cargo(["test", "-p", "isolock-tests", "--features", "v8-checks"]);
    command.args(args);
    // The feature changes the size of a handle scope, so it must go with this archive and no other: the archive is
    // unpacked into the target folder, which therefore has to be its own.
    command.env("RUSTY_V8_ARCHIVE", archive).env("CARGO_TARGET_DIR", workspace.own_target_dir("checked"));
    command.env_remove("RUSTY_V8_SKIP_DOWNLOAD").env_remove("DOCS_RS").env_remove("RUSTY_V8_ARCHIVE_SHA256");
    succeed(&mut command)
}

/// The absolute path of the folder, if it holds an archive for `target`: v8's build script runs in another folder.
fn folder(given: &Path, target: &str) -> Result<PathBuf, String> {
    let absent = |what: String| {
        format!(
            "no V8 with its own checks: {what}\n\
             put the folder at `{DEFAULT}` beside the checkout, or name it in {OVERRIDE}"
        )
    };
    let folder = given.canonicalize().map_err(|error| absent(format!("{}: {error}", given.display())))?;
    let names = [format!("librusty_v8_release_{target}.a.gz"), format!("librusty_v8_release_{target}.a")];
    if names.iter().any(|name| folder.join(name).is_file()) {
        Ok(folder)
    } else {
        Err(absent(format!("{} holds no {}", folder.display(), names[0])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_folder_is_named_with_the_way_out() {
        let message = folder(Path::new("no/such/folder"), "x86_64-unknown-linux-gnu").unwrap_err();
        assert!(message.contains("no/such/folder") && message.contains(DEFAULT) && message.contains(OVERRIDE));
    }

    #[test]
    fn a_folder_without_the_archive_is_refused() {
        let message = folder(Path::new(env!("CARGO_MANIFEST_DIR")), "x86_64-unknown-linux-gnu").unwrap_err();
        assert!(message.contains("librusty_v8_release_x86_64-unknown-linux-gnu.a.gz"), "{message}");
    }
}
