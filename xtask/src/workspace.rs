//! The checkout: its folders, its toolchain, and cargo commands in it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The checkout this program belongs to.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The run-time variable comes first: a checkout that was moved keeps its built binaries.
    pub(crate) fn find() -> Self {
        let package =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = package.parent().map_or_else(|| package.clone(), Path::to_path_buf);
        Self { root }
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    pub(crate) fn target_dir(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.path("target"), |dir| self.root.join(dir))
    }

    /// A target folder of its own, for a command whose flags or environment would make the others build again.
    pub(crate) fn own_target_dir(&self, name: &str) -> PathBuf {
        self.target_dir().join(name)
    }

    /// A cargo command in this workspace, without the variables that `cargo run` set for xtask itself: build scripts
    /// that watch one of them would run again.
    pub(crate) fn cargo<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root).args(args);
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(belongs_to_xtask) {
                command.env_remove(name);
            }
        }
        command
    }

    /// The version of `package` in the lock file.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String, String> {
        let lock = self.path("Cargo.lock");
        let text = fs::read_to_string(&lock).map_err(|error| format!("can't read {}: {error}", lock.display()))?;
        locked_version(&text, package).ok_or_else(|| format!("{} doesn't list `{package}`", lock.display()))
    }
}

fn belongs_to_xtask(name: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    after.split('"').next().map(str::to_owned)
}

/// What `rustc -vV` says.
pub(crate) struct Rustc {
    text: String,
}

impl Rustc {
    pub(crate) fn ask() -> Result<Self, String> {
        let output = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
            .arg("-vV")
            .output()
            .map_err(|error| format!("can't run rustc: {error}"))?;
        Ok(Self { text: String::from_utf8_lossy(&output.stdout).into_owned() })
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// The target that is built: the host, unless cargo is told otherwise.
    pub(crate) fn target(&self) -> Result<String, String> {
        if let Ok(target) = env::var("CARGO_BUILD_TARGET") {
            return Ok(target);
        }
        self.field("host").map(str::to_owned).ok_or_else(|| "`rustc -vV` names no host".to_owned())
    }

    pub(crate) fn release(&self) -> &str {
        self.field("release").unwrap_or("unknown")
    }

    /// Whether the wording in `ui-tests/cases` is this compiler's. `ui-tests/build.rs` asks the same question.
    pub(crate) fn is_pinned(&self) -> bool {
        is_stable_release_of(self.release(), PINNED_RUSTC)
    }
}

/// The version whose words the compile-fail tests expect: the workspace's `rust-version`.
pub(crate) const PINNED_RUSTC: &str = env!("CARGO_PKG_RUST_VERSION");

fn is_stable_release_of(release: &str, version: &str) -> bool {
    !release.contains('-') && (release == version || release.starts_with(&format!("{version}.")))
}

/// Whether this runs on a build machine, where leaving something out is a failure.
pub(crate) fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_comes_from_the_lock_file() {
        let lock = "[[package]]\nname = \"v8\"\nversion = \"1.2.3\"\n\n[[package]]\nname = \"v8x\"\nversion = \"9\"\n";
        assert_eq!(locked_version(lock, "v8").as_deref(), Some("1.2.3"));
        assert_eq!(locked_version(lock, "absent"), None);
    }

    #[test]
    fn only_the_stable_release_is_pinned() {
        assert!(is_stable_release_of("1.95.0", "1.95"));
        assert!(is_stable_release_of("1.95.1", "1.95"));
        assert!(!is_stable_release_of("1.95.0-nightly", "1.95"));
        assert!(!is_stable_release_of("1.950.0", "1.95"));
        assert!(!is_stable_release_of("1.96.0", "1.95"));
    }

    #[test]
    fn xtask_keeps_its_own_variables() {
        assert!(belongs_to_xtask("CARGO_PKG_NAME"));
        assert!(belongs_to_xtask("CARGO_MANIFEST_DIR"));
        for passed_on in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_INCREMENTAL", "RUSTY_V8_MIRROR"] {
            assert!(!belongs_to_xtask(passed_on), "{passed_on}");
        }
    }
}
