//! `cargo xtask rules`: RULES.md is written from the catalogue.

use crate::workspace::Workspace;
use std::fs;

const FILE: &str = "RULES.md";

pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<(), String> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words[..] {
        [] => check(workspace).map(|()| println!("{FILE} is current")),
        ["--print"] => {
            print!("{}", isolock_rules::markdown());
            Ok(())
        }
        ["--write"] => {
            let path = workspace.path(FILE);
            fs::write(&path, isolock_rules::markdown())
                .map_err(|error| format!("can't write {}: {error}", path.display()))?;
            println!("{FILE} written");
            Ok(())
        }
        _ => Err(format!("unexpected arguments `{}`; `--write` and `--print` are known", words.join(" "))),
    }
}

/// An error if the file isn't what the catalogue says.
pub(crate) fn check(workspace: &Workspace) -> Result<(), String> {
    let found = fs::read_to_string(workspace.path(FILE)).unwrap_or_default();
    match first_difference(&isolock_rules::markdown(), &found) {
        None => Ok(()),
        Some(difference) => Err(format!("{FILE} is not current ({difference}); `cargo xtask rules --write` writes it")),
    }
}

fn first_difference(wanted: &str, found: &str) -> Option<String> {
    if wanted == found {
        return None;
    }
    let same = wanted.split('\n').zip(found.split('\n')).take_while(|(wanted, found)| wanted == found).count();
    let line = |text: &str| text.split('\n').nth(same).map_or("nothing".to_owned(), |line| format!("{line:?}"));
    Some(format!("line {}: the catalogue says {}, the file {}", same + 1, line(wanted), line(found)))
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn the_first_difference_is_shown() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        let said = first_difference("a\nb\n", "a\nc\n").unwrap();
        assert_eq!(said, "line 2: the catalogue says \"b\", the file \"c\"");
        assert!(first_difference("a\nb\n", "a\nb\nmore\n").is_some());
        assert!(first_difference("a\n", "").is_some());
    }
}
