//! Crates that a command writes below the target folder, to see what rustc makes of them.

use crate::v8;
use crate::workspace::Workspace;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A library that depends on isolock.
pub(crate) struct Scratch {
    folder: PathBuf,
    target: PathBuf,
}

impl Scratch {
    /// The crate `name` in a folder of its own. Crates with the same `target` share the dependencies they build.
    pub(crate) fn new(workspace: &Workspace, target: &str, name: &str) -> Result<Self, String> {
        let target = workspace.own_target_dir(target);
        let folder = target.join("crates").join(name);
        let isolock = workspace.path("runtime");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nisolock = {{ path = {isolock:?} }}\n\n[workspace]\n"
        );
        let scratch = Self { folder, target };
        fs::create_dir_all(scratch.folder.join("src")).map_err(|error| scratch.error(&error.to_string()))?;
        scratch.write("Cargo.toml", &manifest)?;
        // The versions of the workspace, which are there already.
        let lock = fs::read_to_string(workspace.path("Cargo.lock")).map_err(|error| format!("Cargo.lock: {error}"))?;
        scratch.write("Cargo.lock", &lock)?;
        Ok(scratch)
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.join(relative)
    }

    pub(crate) fn write(&self, relative: &str, text: &str) -> Result<(), String> {
        fs::write(self.path(relative), text).map_err(|error| self.error(&error.to_string()))
    }

    /// `cargo` in the crate. Types and rlibs need no V8 archive.
    pub(crate) fn cargo<'a>(&self, workspace: &Workspace, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = workspace.cargo(arguments);
        command.arg("--offline").current_dir(&self.folder);
        command.envs(v8::TYPE_CHECK_ONLY).env("CARGO_TARGET_DIR", &self.target);
        command
    }

    fn error(&self, error: &str) -> String {
        format!("can't write {}: {error}", self.folder.display())
    }
}
