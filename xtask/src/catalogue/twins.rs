//! Every compile-fail case has a passing twin: the corrected program, a test of the same name.
//!
//! A case alone shows that a program is refused, not that its message leads anywhere.

use super::{CASES, Cases};
use crate::sources::TestFunction;
use std::collections::BTreeMap;
use std::path::Path;

/// Where the twins lie.
pub(super) const TWINS: &str = "tests/suite/twins";

/// The twins, and the tests that are none.
pub(super) fn split(tests: Vec<TestFunction>, root: &Path) -> (Vec<TestFunction>, Vec<TestFunction>) {
    let folder = root.join(TWINS);
    tests.into_iter().partition(|test| test.file.starts_with(&folder))
}

pub(super) fn check(cases: &Cases, twins: &[TestFunction], root: &Path) -> Vec<String> {
    let mut by_name = BTreeMap::<&str, Vec<&TestFunction>>::new();
    for twin in twins {
        by_name.entry(&twin.name).or_default().push(twin);
    }
    let mut violations = Vec::new();
    for stem in cases.iter().filter(|(_, case)| case.first_line.is_some()).map(|(stem, _)| stem) {
        match by_name.get(stem.as_str()).map(Vec::as_slice) {
            None => violations.push(format!("{CASES}/{stem}.rs has no twin: no test `{stem}` in {TWINS}/")),
            Some([twin]) if twin.ignored => {
                violations.push(format!("{}: the twin `{stem}` is ignored", twin.place(root)));
            }
            Some([_]) => {}
            Some(several) => {
                let places: Vec<_> = several.iter().map(|twin| twin.place(root)).collect();
                violations.push(format!("{CASES}/{stem}.rs has several twins: {}", places.join(", ")));
            }
        }
    }
    for twin in twins.iter().filter(|twin| cases.get(&twin.name).is_none_or(|case| case.first_line.is_none())) {
        violations.push(format!("{}: `{}` is the twin of no case in {CASES}/", twin.place(root), twin.name));
    }
    violations
}

#[cfg(test)]
mod tests;
