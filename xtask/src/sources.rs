//! The test functions in Rust sources, found by reading lines.
//!
//! Asking `cargo test -- --list` instead would need every test binary built, and so a V8.

use std::fs;
use std::path::{Path, PathBuf};

/// A function with a test attribute.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TestFunction {
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
    /// A test that is ignored shows nothing.
    pub(crate) ignored: bool,
}

impl TestFunction {
    /// Its file, as seen from `root`, and its line.
    pub(crate) fn place(&self, root: &Path) -> String {
        let file = self.file.strip_prefix(root).unwrap_or(&self.file);
        format!("{}:{}", file.display(), self.line)
    }
}

/// All test functions below `folder`.
pub(crate) fn test_functions(folder: &Path) -> Result<Vec<TestFunction>, String> {
    let mut found = Vec::new();
    for file in rust_files(folder)? {
        found.extend(in_text(&read(&file)?, &file));
    }
    Ok(found)
}

/// All `.rs` files below `folder`, sorted.
fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target") {
                files.extend(rust_files(&path)?);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}

/// What is in a folder, sorted.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error| format!("can't read {}: {error}", folder.display());
    let mut paths = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>())
        .map_err(failed)?;
    paths.sort();
    Ok(paths)
}

pub(crate) fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("can't read {}: {error}", file.display()))
}

/// Attributes stand on the lines before their function (rustfmt sees to that), with comments between them at most.
fn in_text(text: &str, file: &Path) -> Vec<TestFunction> {
    let mut found = Vec::new();
    let (mut is_test, mut ignored) = (false, false);
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start();
        if line.starts_with("//") {
            continue;
        }
        is_test |= line.starts_with("#[test]") || (line.starts_with("#[") && line.contains("::test"));
        ignored |= line.starts_with("#[ignore");
        if let Some(name) = function_name(line) {
            if is_test {
                found.push(TestFunction { name, file: file.to_owned(), line: index + 1, ignored });
            }
            (is_test, ignored) = (false, false);
        }
    }
    found
}

fn function_name(line: &str) -> Option<String> {
    let (before, after) = line.split_once("fn ")?;
    // `fn` of its own, not the end of another word or a part of a type or a string.
    if !before
        .split_whitespace()
        .all(|word| word.starts_with('#') || matches!(word, "pub" | "async" | "unsafe" | "const"))
    {
        return None;
    }
    let name: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_functions_are_found_with_their_lines() {
        let text = "\
fn helper() {}
#[test]
fn r1_first() {
    let f: fn(u8) = drop;
}
    #[test]
    // Why.
    #[should_panic = \"fn not_a_test()\"]
    fn r2_second() {}
#[tokio::test(flavor = \"multi_thread\")]
async fn r10_third() {}
#[test]
#[ignore = \"slow\"]
fn r3_ignored() {}
#[test] fn r4_one_line() {}
// #[test]
fn r5_not_a_test() {}
";
        let found = in_text(text, Path::new("x.rs"));
        let seen: Vec<_> = found.iter().map(|test| (test.name.as_str(), test.line, test.ignored)).collect();
        assert_eq!(
            seen,
            [
                ("r1_first", 3, false),
                ("r2_second", 9, false),
                ("r10_third", 11, false),
                ("r3_ignored", 14, true),
                ("r4_one_line", 15, false)
            ]
        );
    }

    #[test]
    fn the_own_sources_are_read() {
        let own = test_functions(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))).unwrap();
        assert!(own.iter().any(|test| test.name == "the_own_sources_are_read"));
    }
}
