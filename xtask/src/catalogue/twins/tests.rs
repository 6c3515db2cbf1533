//! The check on a few cases and twins.

use super::super::Case;
use super::*;

fn case(stem: &str) -> (String, Case) {
    (stem.to_owned(), Case { first_line: Some("// …".to_owned()), has_stderr: true })
}

fn test(file: &str, name: &str) -> TestFunction {
    TestFunction { name: name.to_owned(), file: Path::new("root").join(file), line: 7, ignored: false }
}

fn twin(name: &str) -> TestFunction {
    test("tests/suite/twins/a.rs", name)
}

fn checked(cases: &[&str], twins: &[TestFunction]) -> Vec<String> {
    check(&cases.iter().copied().map(case).collect(), twins, Path::new("root"))
}

#[test]
fn pairs_have_no_violations() {
    assert_eq!(checked(&["r1_a", "r2_a"], &[twin("r2_a"), twin("r1_a")]), [""; 0]);
}

#[test]
fn a_case_without_twin_and_a_twin_without_case_are_named() {
    assert_eq!(
        checked(&["r1_a", "r1_b"], &[twin("r1_a"), twin("r1_c")]),
        [
            "ui-tests/cases/r1_b.rs has no twin: no test `r1_b` in tests/suite/twins/",
            "tests/suite/twins/a.rs:7: `r1_c` is the twin of no case in ui-tests/cases/",
        ]
    );
}

#[test]
fn a_message_without_its_case_needs_no_twin_and_is_none_for_one() {
    let cases = Cases::from([("r1_a".to_owned(), Case { first_line: None, has_stderr: true })]);
    assert_eq!(check(&cases, &[], Path::new("root")), [""; 0]);
    let violations = check(&cases, &[twin("r1_a")], Path::new("root"));
    assert_eq!(violations, ["tests/suite/twins/a.rs:7: `r1_a` is the twin of no case in ui-tests/cases/"]);
}

#[test]
fn a_twin_that_is_ignored_or_there_twice_is_named() {
    let ignored = TestFunction { ignored: true, ..twin("r1_a") };
    let other = test("tests/suite/twins/b.rs", "r1_b");
    assert_eq!(
        checked(&["r1_a", "r1_b"], &[ignored, twin("r1_b"), other]),
        [
            "tests/suite/twins/a.rs:7: the twin `r1_a` is ignored",
            "ui-tests/cases/r1_b.rs has several twins: tests/suite/twins/a.rs:7, tests/suite/twins/b.rs:7",
        ]
    );
}

#[test]
fn only_tests_in_the_folder_are_twins() {
    let tests = vec![twin("r1_a"), test("tests/suite/r1.rs", "r1_b"), test("runtime/src/twins.rs", "r1_c")];
    let (twins, others) = split(tests, Path::new("root"));
    let names = |tests: &[TestFunction]| tests.iter().map(|test| test.name.clone()).collect::<Vec<_>>();
    assert_eq!((names(&twins), names(&others)), (vec!["r1_a".to_owned()], vec!["r1_b".to_owned(), "r1_c".to_owned()]));
}
