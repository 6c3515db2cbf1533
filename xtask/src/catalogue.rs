//! `cargo xtask catalogue`: every rule has what its catalogue entry promises.

mod twins;

use crate::rules;
use crate::sources::{self, TestFunction};
use crate::workspace::Workspace;
use isolock_rules::{RULES, Rule};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;

/// Where the compile-fail cases lie, one misuse per file.
const CASES: &str = "ui-tests/cases";

/// Where the run-time tests lie.
const SOURCES: [&str; 2] = ["tests", "runtime"];

pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    let cases = cases(workspace)?;
    let mut tests = Vec::new();
    for folder in SOURCES {
        tests.extend(sources::test_functions(&workspace.path(folder))?);
    }
    let root = workspace.path("");
    let (twins, tests) = twins::split(tests, &root);
    print!("{}", table(&RULES, &cases, &twins, &tests));

    let mut violations = check_cases(&RULES, &cases);
    violations.extend(twins::check(&cases, &twins, &root));
    violations.extend(check_tests(&RULES, &tests, &root));
    violations.extend(rules::check(workspace).err());
    if violations.is_empty() {
        println!("the catalogue, the compile-fail cases and the tests agree");
        return Ok(());
    }
    let list: String = violations.iter().map(|violation| format!("  - {violation}\n")).collect();
    Err(format!("{} violations of the rule catalogue:\n{list}", violations.len()))
}

/// A compile-fail case: the files that share a stem.
#[derive(Debug, Default)]
struct Case {
    /// The first line of the `.rs` file, if there is one.
    first_line: Option<String>,
    has_stderr: bool,
}

/// The cases by their stem.
type Cases = BTreeMap<String, Case>;

fn cases(workspace: &Workspace) -> Result<Cases, String> {
    let mut cases = Cases::new();
    for file in sources::entries(&workspace.path(CASES))? {
        let Some(stem) = file.file_stem().and_then(OsStr::to_str) else { continue };
        match file.extension().and_then(OsStr::to_str) {
            Some("rs") => {
                let line = sources::read(&file)?.lines().next().unwrap_or_default().to_owned();
                cases.entry(stem.to_owned()).or_default().first_line = Some(line);
            }
            Some("stderr") => cases.entry(stem.to_owned()).or_default().has_stderr = true,
            _ => {}
        }
    }
    Ok(cases)
}

/// The rule that a file or a function belongs to by its name. `None`: the name has no rule's form (`r1_…`).
/// `Some(Err)`: it has the form, but there is no such rule.
fn rule_of<'a>(rules: &'a [Rule], name: &str) -> Option<Result<&'a Rule, String>> {
    let (number, _) = name.strip_prefix('r')?.split_once('_')?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let id = format!("R{number}");
    Some(rules.iter().find(|rule| rule.id == id).ok_or(id))
}

fn belongs(rule: &Rule, name: &str) -> bool {
    name.starts_with(&rule.prefix())
}

fn check_cases(rules: &[Rule], cases: &Cases) -> Vec<String> {
    let mut violations = Vec::new();
    for (stem, case) in cases {
        let Some(first_line) = &case.first_line else {
            violations.push(format!("{CASES}/{stem}.stderr has no `{stem}.rs`"));
            continue;
        };
        match rule_of(rules, stem) {
            None => violations.push(format!("{CASES}/{stem}.rs: the name has to begin with a rule's prefix (`r1_`)")),
            Some(Err(id)) => violations.push(format!("{CASES}/{stem}.rs: there is no rule {id}")),
            Some(Ok(rule)) => {
                let wanted = format!("// {rule}: ");
                if first_line.strip_prefix(&wanted).is_none_or(|rest| rest.trim().is_empty()) {
                    violations.push(format!(
                        "{CASES}/{stem}.rs: the first line has to be `{wanted}` and what is misused, it is `{first_line}`"
                    ));
                }
            }
        }
        if !case.has_stderr {
            violations.push(format!("{CASES}/{stem}.rs has no `{stem}.stderr` (TRYBUILD=overwrite writes it)"));
        }
    }
    for rule in rules.iter().filter(|rule| rule.compile_time.is_enforced()) {
        if !cases.iter().any(|(stem, case)| case.first_line.is_some() && belongs(rule, stem)) {
            violations.push(format!(
                "{rule} is enforced at compile time, but there is no case {CASES}/{}*.rs",
                rule.prefix()
            ));
        }
    }
    violations
}

fn check_tests(rules: &[Rule], tests: &[TestFunction], root: &Path) -> Vec<String> {
    let mut violations = Vec::new();
    for test in tests {
        if let Some(Err(id)) = rule_of(rules, &test.name) {
            violations.push(format!("{}: `{}` belongs to {id}, which doesn't exist", test.place(root), test.name));
        }
    }
    for rule in rules.iter().filter(|rule| rule.run_time.is_enforced()) {
        let mut own = tests.iter().filter(|test| belongs(rule, &test.name)).peekable();
        let folders = SOURCES.map(|folder| format!("{folder}/")).join(" or ");
        if own.peek().is_none() {
            violations.push(format!(
                "{rule} is enforced at run time, but no test in {folders} is named `{}…`",
                rule.prefix()
            ));
        } else if own.all(|test| test.ignored) {
            violations.push(format!("{rule} is enforced at run time, but all its tests in {folders} are ignored"));
        }
    }
    violations
}

fn table(rules: &[Rule], cases: &Cases, twins: &[TestFunction], tests: &[TestFunction]) -> String {
    let count = |enforced: bool, number: usize| match (enforced, number) {
        (false, 0) => "reason".to_owned(),
        (_, number) => number.to_string(),
    };
    let of = |rule: &Rule, tests: &[TestFunction]| {
        tests.iter().filter(|test| !test.ignored && belongs(rule, &test.name)).count()
    };
    let row = |columns: [&str; 4]| {
        let [rule, cases, twins, tests] = columns;
        format!("{rule:<26} {cases:>18} {twins:>14} {tests:>15}\n")
    };
    let mut out = row(["rule", "compile-fail cases", "passing twins", "run-time tests"]);
    for rule in rules {
        let cases = cases.iter().filter(|(stem, case)| case.first_line.is_some() && belongs(rule, stem)).count();
        let by_compiler = rule.compile_time.is_enforced();
        out.push_str(&row([
            &rule.to_string(),
            &count(by_compiler, cases),
            &count(by_compiler, of(rule, twins)),
            &count(rule.run_time.is_enforced(), of(rule, tests)),
        ]));
    }
    out
}

#[cfg(test)]
mod tests;
