//! The check on a small catalogue: one rule per kind of promise.

use super::*;
use isolock_rules::Enforced::{By, Not};

const fn rule(id: &'static str, name: &'static str, compile_time: bool, run_time: bool) -> Rule {
    Rule {
        id,
        name,
        rule: "…",
        why: "…",
        compile_time: if compile_time { By("…") } else { Not("…") },
        run_time: if run_time { By("…") } else { Not("…") },
        unseen: "…",
    }
}

const BOTH: Rule = rule("R1", "both", true, true);
const COMPILE: Rule = rule("R2", "compile", true, false);
const RUN: Rule = rule("R10", "run", false, true);
const ALL: [Rule; 3] = [BOTH, COMPILE, RUN];

fn case(stem: &str, first_line: &str, has_stderr: bool) -> (String, Case) {
    (stem.to_owned(), Case { first_line: Some(first_line.to_owned()), has_stderr })
}

fn test(name: &str) -> TestFunction {
    TestFunction { name: name.to_owned(), file: "root/tests/a.rs".into(), line: 7, ignored: false }
}

fn complete_cases() -> Cases {
    Cases::from([case("r1_a", "// R1 both: a misuse", true), case("r2_a", "// R2 compile: a misuse", true)])
}

#[test]
fn a_complete_set_has_no_violations() {
    assert_eq!(check_cases(&ALL, &complete_cases()), [""; 0]);
    let tests = [test("r1_a"), test("r10_a"), test("round_trip"), test("r_squared"), test("rx1_a")];
    assert_eq!(check_tests(&ALL, &tests, Path::new("root")), [""; 0]);
}

#[test]
fn missing_cases_and_tests_are_all_listed() {
    let violations = check_cases(&ALL, &Cases::new());
    assert_eq!(violations.len(), 2, "{violations:?}");
    assert!(violations[0].starts_with("R1 both") && violations[1].starts_with("R2 compile"));
    // `r10_` is not a test of R1.
    let violations = check_tests(&ALL, &[test("r10_a")], Path::new("root"));
    assert_eq!(violations, ["R1 both is enforced at run time, but no test in tests/ or runtime/ is named `r1_…`"]);
}

#[test]
fn tests_that_are_ignored_do_not_count() {
    let ignored = TestFunction { ignored: true, ..test("r1_a") };
    let violations = check_tests(&ALL, &[ignored, test("r10_a")], Path::new("root"));
    assert_eq!(violations.len(), 1, "{violations:?}");
    assert!(violations[0].contains("are ignored"));
}

#[test]
fn a_test_of_an_unknown_rule_is_named_with_its_place() {
    let tests = [test("r1_a"), test("r10_a"), test("r3_a")];
    let violations = check_tests(&ALL, &tests, Path::new("root"));
    assert_eq!(violations, ["tests/a.rs:7: `r3_a` belongs to R3, which doesn't exist"]);
}

#[test]
fn what_is_wrong_with_a_case_is_said() {
    let mut cases = complete_cases();
    cases.extend([
        case("r1_wrong_rule", "// R2 compile: a misuse", true),
        case("r1_wrong_name", "// R1 other: a misuse", true),
        case("r1_says_nothing", "// R1 both: ", true),
        case("r1_no_stderr", "// R1 both: a misuse", false),
        case("r3_unknown", "// R3 unknown: a misuse", true),
        case("no_prefix", "// R1 both: a misuse", true),
    ]);
    cases.insert("r1_orphan".to_owned(), Case { first_line: None, has_stderr: true });
    let violations = check_cases(&ALL, &cases);
    assert_eq!(violations.len(), 7, "{violations:#?}");
    for part in [
        "no_prefix.rs: the name",
        "r1_no_stderr.rs has no",
        "r1_orphan.stderr has no",
        "r1_says_nothing.rs: the first line",
        "r1_wrong_name.rs: the first line",
        "r1_wrong_rule.rs: the first line",
        "r3_unknown.rs: there is no rule R3",
    ] {
        assert!(violations.iter().any(|violation| violation.contains(part)), "{part} is not in {violations:#?}");
    }
}

#[test]
fn the_table_shows_reasons_where_nothing_is_enforced() {
    let text = table(&ALL, &complete_cases(), &[test("r1_a")], &[test("r1_a"), test("r1_b")]);
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(
        rows,
        [["R1", "both", "1", "1", "2"], ["R2", "compile", "1", "0", "reason"], ["R10", "run", "reason", "reason", "0"]]
    );
}
