//! The files that are looked at when none are named.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The workspace, if cargo runs this program; otherwise the current directory.
pub(crate) fn root() -> PathBuf {
    let examples = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    examples.and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_else(|| PathBuf::from("."))
}

/// All Rust sources below `root`, relative to it, without what was built and what is hidden.
pub(crate) fn below(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let name = entry.file_name();
            let path = folder.join(&name);
            let kind = entry.file_type()?;
            if kind.is_dir() && name != "target" && !name.as_encoded_bytes().starts_with(b".") {
                folders.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
