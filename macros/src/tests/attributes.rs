//! Trusted captures, conditions, documentation and other attributes of parameters, and signatures that are being typed.

use expect_test::{Expect, expect};

use super::{expand, expand_any, fallback, mistakes};

fn check(item: &str, expected: Expect) {
    expected.assert_eq(&mistakes("", item));
}

#[test]
fn trust() {
    let wrong = "fn f(
        #[capture()] a: A,
        #[capture = \"why\"] b: B,
        #[capture(trusted)] c: C,
        #[capture(trusted = )] d: D,
        #[capture(trusted = \"  \")] e: E,
        #[capture(trusted = 5)] f: F,
        #[capture(trust = \"why\")] g: G,
        #[capture(trusted = \"why\", trusted = \"why\")] h: H,
        #[capture(\"why\")] i: I,
        #[capture(trusted(\"why\"))] j: J,
        #[capture(trusted = \"why\")] #[capture] k: K,
    ) {}";
    check(
        wrong,
        expect![[r##"
        #[capture()]
        `#[capture()]` is empty
        help: `#[capture]`, or `#[capture(trusted = "why this may cross")]`
        note: the parentheses are for the one option

        #[capture = "why"]
        `#[capture]` takes no value
        help: `#[capture]`, or `#[capture(trusted = "why this may cross")]`
        note: the field has the parameter's name, type and documentation

        trusted
        `trusted` needs a reason, a string that isn't empty
        help: `#[capture(trusted = "why this may cross")]`
        note: R2 explicit-captures: nothing checks what is trusted but whoever reads the reason; the list of everything trusted shows it

        trusted
        `trusted` needs a reason, a string that isn't empty
        help: `#[capture(trusted = "why this may cross")]`
        note: R2 explicit-captures: nothing checks what is trusted but whoever reads the reason; the list of everything trusted shows it

        "  "
        `trusted` needs a reason, a string that isn't empty
        help: `#[capture(trusted = "why this may cross")]`
        note: R2 explicit-captures: nothing checks what is trusted but whoever reads the reason; the list of everything trusted shows it

        5
        `trusted` needs a reason, a string that isn't empty
        help: `#[capture(trusted = "why this may cross")]`
        note: R2 explicit-captures: nothing checks what is trusted but whoever reads the reason; the list of everything trusted shows it

        trust
        `#[capture]` has no option `trust`
        help: `#[capture]`, or `#[capture(trusted = "why this may cross")]`
        note: whether the capture is lent or cloned is said by its type: `&Type` or `Type`

        trusted = "why"
        unexpected tokens after the reason
        help: `#[capture(trusted = "why this may cross")]`
        note: `#[capture]` has one option

        "why"
        `#[capture]` has no option `"why"`
        help: `#[capture]`, or `#[capture(trusted = "why this may cross")]`
        note: whether the capture is lent or cloned is said by its type: `&Type` or `Type`

        trusted
        `trusted` needs a reason, a string that isn't empty
        help: `#[capture(trusted = "why this may cross")]`
        note: R2 explicit-captures: nothing checks what is trusted but whoever reads the reason; the list of everything trusted shows it

        #[capture]
        `#[capture]` is given twice
        help: keep one of them
        note: a capture is one field of the binding
    "##]],
    );
    expand_any("fn f(#[capture(trusted = \"why\")] a: A, #[capture(trusted = r\"why\",)] b: &B) {}");
}

#[test]
fn attributes_of_parameters() {
    for item in [
        "fn f(#[allow(unused)] a: u8, #[expect(unused)] #[capture] b: u8, #[cfg_attr(unix, allow(unused))] c: u8) {}",
        "fn f(#[allow(unused)] mut r#in: u8, #[capture] mut r#type: u8) {}",
        "const fn f(a: u8) -> u8 { a }",
    ] {
        expand_any(item);
    }
}

#[test]
fn documentation_of_parameters() {
    let item = "
        /// Reads.
        fn read(
            /// Where it is.
            ///
            /// From the root.
            path: String,
            /// What to read with.
            #[capture]
            reader: &Reader,
            limit: Option<f64>,
        ) {}
    ";
    let code = expand("", item);
    let (function, binding) = code.split_once("}").unwrap();
    assert!(!function.contains("Where it is"), "{code}");
    let docs = "\
///
/// Reads.
///
/// # Arguments
///
/// `path`:
/// Where it is.
///
/// From the root.
#[allow(";
    assert!(binding.contains(docs), "{code}");
    assert!(code.contains("    /// What to read with.\n    reader: Reader,"), "{code}");
}

#[test]
fn conditional_parameters() {
    let item = "
        fn open(
            #[cfg(unix)] mode: u32,
            path: String,
            #[capture] #[cfg(unix)] #[cfg(not(test))] user: &User,
        ) -> f64 { 1.0 }
    ";
    let code = expand("", item);
    let (function, _) = code.split_once('{').unwrap();
    let function: Vec<_> = function.split_whitespace().collect();
    assert_eq!(
        function.join(" "),
        "fn open( #[cfg(unix)] mode: u32, path: String, #[cfg(unix)] #[cfg(not(test))] user: &User, ) -> f64"
    );
    assert_eq!(code.matches("struct open").count(), 4);
    for (condition, length, call) in [
        ("all(unix, not(test))", 2, "open(mode, path, &self.user)"),
        ("all(not(unix), not(test))", 1, "open(path)"),
        ("all(unix, not(not(test)))", 2, "open(mode, path)"),
        ("all(not(unix), not(not(test)))", 1, "open(path)"),
    ] {
        let head = format!("#[cfg({condition})]\n#[automatically_derived]");
        let (_, host) = code.split_once(&head).unwrap_or_else(|| panic!("{condition}: {code}"));
        let (host, _) = host.split_once("\n}").unwrap();
        assert!(host.contains(&format!("LENGTH: i32 = {length};")) && host.contains(call), "{condition}: {host}");
    }
}

#[test]
fn half_typed_functions_keep_their_item() {
    // The body is being typed: everything of the signature is still checked, and the rest is made.
    let half = "fn f<T>(a: f64, #[capture(trusted)] b: B) { a. }";
    let text = mistakes("", half);
    let shown: Vec<_> = text.split("\n\n").map(|error| error.lines().next().unwrap()).collect();
    assert_eq!(shown, ["T", "trusted"]);
    assert_eq!(fallback("", half), "fn f < T > (a : f64 , b : B) { a . }");
    expand_any("async fn f<T: Portable>(#[capture] a: T) { let g = a.lock().unwrap(); x().await; a. }");
    // The signature is: all of it stays as it was, with one error where it stops making sense.
    let mut all = String::new();
    for item in [
        "fn f<T(#[capture] a: T) {}",
        "fn f<T: Into<>(#[capture] a: T) {}",
        "fn f<T: Copy(#[capture] a: T) {}",
        "fn f<const>(#[capture] a: u8) {}",
        "fn f<const N>(#[capture] a: u8) {}",
        "fn f<'a: {}",
        "fn f<T>(#[capture] a: T) where T {}",
        "fn f(#[capture] a: impl ) {}",
        "fn f(#[capture(trusted = \"why\")]) {}",
    ] {
        let tokens = super::tokens(item);
        let text = mistakes("", item);
        let lines: Vec<_> = text.lines().collect();
        all += &format!("{item}\n  at `{}`: {}\n", lines[0], lines[1]);
        assert_eq!(fallback("", item), tokens.to_string());
    }
    expect![[r#"
        fn f<T(#[capture] a: T) {}
          at `(`: `#[isolate_fn]` can't read this function's signature: expected `,`
        fn f<T: Into<>(#[capture] a: T) {}
          at `#`: `#[isolate_fn]` can't read this function's signature: expected `for`, parentheses or others
        fn f<T: Copy(#[capture] a: T) {}
          at `#`: `#[isolate_fn]` can't read this function's signature: expected `for`, parentheses or others
        fn f<const>(#[capture] a: u8) {}
          at `>`: `#[isolate_fn]` can't read this function's signature: expected identifier
        fn f<const N>(#[capture] a: u8) {}
          at `>`: `#[isolate_fn]` can't read this function's signature: expected `:`
        fn f<'a: {}
          at `{`: `#[isolate_fn]` can't read this function's signature: expected lifetime
        fn f<T>(#[capture] a: T) where T {}
          at `{`: `#[isolate_fn]` can't read this function's signature: expected `:`
        fn f(#[capture] a: impl ) {}
          at `)`: `#[isolate_fn]` can't read this function's signature: unexpected end of input, expected identifier
        fn f(#[capture(trusted = "why")]) {}
          at `)`: `#[isolate_fn]` can't read this function's signature: unexpected end of input, expected identifier, `::` or others
    "#]].assert_eq(&all);
}
