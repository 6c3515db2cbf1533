//! What functions become, compared with files: `UPDATE_EXPECT=1 cargo test -p isolock-macros` writes them anew.

use expect_test::expect_file;

use super::{expand, tokens};

#[test]
fn plain() {
    let item = "/// Adds.\n#[inline] pub fn add(a: f64, mut b: f64) -> f64 { b += a; b }";
    expect_file!["expected/plain.rs"].assert_eq(&expand("", item));
}

#[test]
fn captures_by_reference_and_by_value() {
    let item = r#"
        pub(crate) fn log(
            #[capture]
            /// Where lines go.
            out: &Arc<Mutex<Vec<String>>>,
            line: String,
            #[capture] prefix: String,
            #[capture] kind: &'static str,
            level: Option<u32>,
            more: f64,
        ) -> Result<(), LogError> {
            out.lock()?.push(format!("{prefix}{kind}{line}"));
            Ok(())
        }
    "#;
    expect_file!["expected/captures.rs"].assert_eq(&expand("", item));
}

#[test]
fn with_the_lock() {
    let item = "fn log(lock: &mut Lock<'_>, text: String) { lock.console_log(&text) }";
    expect_file!["expected/lock.rs"].assert_eq(&expand("", item));
}

#[test]
fn locals_and_their_lifetime() {
    let item = "
        /// The value itself.
        fn same<'t>(lock: &mut isolock::Lock<'t>, v: Option<Local<'t, Value>>, #[capture] n: &u32) -> Local<'t, Value> { v }
    ";
    expect_file!["expected/locals.rs"].assert_eq(&expand("", item));
}

#[test]
fn async_with_event() {
    let item = r#"
        /// Fetches.
        ///
        /// More words.
        pub async fn fetch_text(ev: Event, #[capture] client: HttpClient, url: String) -> Result<String, FetchError> {
            client.get(&url).await
        }
    "#;
    expect_file!["expected/async_event.rs"].assert_eq(&expand(r#"name = "fetchIt""#, item));
}

#[test]
fn async_without_event() {
    expect_file!["expected/async_plain.rs"].assert_eq(&expand("", "async fn sleep_ms(ms: u32) { timer(ms).await }"));
}

#[test]
fn raw_identifiers() {
    let item = "fn r#type(r#match: f64, #[capture] r#struct: &String) -> f64 { r#match }";
    expect_file!["expected/raw.rs"].assert_eq(&expand("", item));
}

#[test]
fn locals_of_generated_code_avoid_parameters() {
    let item = "fn f(ctx: f64, args: f64, lock: f64, _lock: f64, lock_: f64, f: f64) -> f64 { f }";
    expect_file!["expected/names_taken.rs"].assert_eq(&expand("", item));
}

#[test]
fn parameters_that_look_the_same_stay_apart() {
    // From a `macro_rules!` macro they may, with different hygiene.
    let code = dense(&expand("", "fn f(x: f64, #[capture] x: u8, #[capture] x_: u8) {}"));
    assert!(code.contains("letSelf{x:x_,x_:x__}=self;"), "{code}");
    assert!(code.contains("(x_,x__,x),|_lock,(x_,x__,x)|f(x,x_,x__)"), "{code}");
}

#[test]
fn conditions_go_along() {
    let item = r#"
        #[cfg(unix)]
        #[cfg_attr(windows, inline, cfg(debug_assertions), doc = "On Windows.")]
        #[cfg_attr(all(), must_use)]
        #[deprecated]
        #[doc(hidden)]
        fn here(#[capture] host: String) -> String { host }
    "#;
    expect_file!["expected/conditions.rs"].assert_eq(&expand("crate = ::renamed::isolock", item));
}

#[test]
fn many_parameters_are_two_tuples() {
    let captures: String = (0..7).map(|n| format!("#[capture] c{n}: u8, ")).collect();
    let args: String = (0..6).map(|n| format!("a{n}: u8, ")).collect();
    expect_file!["expected/many.rs"].assert_eq(&expand("", &format!("fn many({captures}{args}) {{}}")));
    let args: String = (0..5).map(|n| format!("a{n}: u8, ")).collect();
    let twelve = expand("", &format!("fn many({captures}{args}) {{}}"));
    assert!(twelve.contains("(c0, c1, c2, c3, c4, c5, c6, a0, a1, a2, a3, a4)"), "{twelve}");
}

#[test]
fn many_parameters_of_async_functions_are_two_tuples() {
    let captures: String = (0..12).map(|n| format!("#[capture] c{n}: u8, ")).collect();
    let code = dense(&expand("", &format!("async fn many({captures} a: u8) {{}}")));
    // The values and the pattern, in `call` and in `run`.
    assert_eq!(code.matches("((c0,c1,c2,c3,c4,c5,c6,c7,c8,c9,c10,c11),(a))").count(), 4, "{code}");
}

/// Without spaces and trailing commas, so that it doesn't matter where lines end.
fn dense(code: &str) -> String {
    code.split_whitespace().collect::<String>().replace(",)", ")").replace(",}", "}")
}

#[test]
fn visibility_is_the_functions() {
    for vis in ["", "pub", "pub(crate)", "pub(super)", "pub(in crate::a)"] {
        let code = dense(&expand("", &format!("{vis} fn f(#[capture] c: u8) {{}}")));
        let vis = dense(vis);
        for item in ["#[track_caller]V fnrun(", ")]V structf{", "{///What`f`capturesas`c`.V c:u8}"] {
            assert!(code.contains(&item.replace("V ", &vis)), "{item}: {code}");
        }
        assert!(code.starts_with(&format!("{vis}fnf(c:u8){{}}")), "{code}");
    }
}

#[test]
fn length_counts_up_to_the_first_option() {
    for (args, length) in [
        ("", 0),
        ("a: f64, b: f64", 2),
        ("a: f64, b: Option<f64>, c: f64", 1),
        ("a: ::core::option::Option<f64>", 0),
        ("a: Vec<Option<f64>>, #[capture] c: Option<u8>, b: u8", 2),
    ] {
        let code = expand("", &format!("fn f({args}) {{}}"));
        assert!(code.contains(&format!("const LENGTH: i32 = {length};")), "{args}: {code}");
    }
}

#[test]
fn a_binding_bound_to_its_turn_has_no_run() {
    for signature in [
        "fn f(v: Local<'_, Value>)",
        "fn f(v: v8::Local<Value>)",
        "fn f(v: Vec<Local<'_, Value>>)",
        "fn f<'s>(lock: &mut Lock<'s>) -> Result<Local<'s, Value>, Error>",
        "fn f(v: View<'_>)",
    ] {
        let code = expand("", &format!("{signature} {{}}"));
        assert!(!code.contains("fn run") && code.contains("It has no `run`"), "{code}");
    }
    for signature in [
        "fn f(v: DateTime<Local>)",
        "fn f(#[capture] c: Arc<dyn Fn(&mut Lock<'_>, Local<'_, Value>) + Send + Sync>)",
        "fn f(#[capture] c: Arc<dyn for<'a> Visit<'a>>, #[capture] p: fn(&str) -> &str)",
        "fn f() -> &'static str",
        "fn f<'a>(lock: &'a mut Lock<'_>)",
    ] {
        let code = expand("", &format!("{signature} {{}}"));
        assert!(code.contains("fn run"), "{code}");
    }
}

#[test]
fn a_half_typed_body_expands_all_the_same() {
    let body = "{ let x = lock. ; if a }";
    let (expansion, errors) = crate::pipeline::analyse(
        tokens("name = \"half\""),
        tokens(&format!("pub fn add(lock: &mut Lock<'_>, #[capture] a: &String, b: f64) -> f64 {body}")),
    );
    assert!(errors.is_empty());
    // The body is where it was and the rest is Rust.
    let text = expansion.to_string();
    let body = tokens(body).to_string();
    assert!(
        text.contains(&format!("pub fn add (lock : & mut Lock < '_ > , a : & String , b : f64) -> f64 {body}")),
        "{text}"
    );
    let file: syn::File = syn::parse_str(&text.replacen(&body, "{}", 1)).expect("the rest is Rust");
    assert_eq!(file.items.len(), 5);
}

#[test]
fn functions_keep_what_they_are() {
    for item in [
        "const fn zero() -> f64 { 0.0 }",
        "#[must_use] #[track_caller] fn f(#[allow(unused)] a: f64) -> f64 { #![allow(dead_code)] a }",
        "fn f<>() where {}",
    ] {
        let code = expand("", item);
        assert!(code.starts_with(&prettyplease::unparse(&syn::parse_str(item).unwrap())), "{code}");
    }
}

#[test]
fn the_crate_path_is_used_everywhere() {
    for item in ["fn f(a: f64, #[capture] c: u8) {}", "async fn f(ev: Event, a: f64, #[capture] c: u8) {}"] {
        let code = expand("crate = crate::reexport", item).replace(' ', "");
        assert!(!code.contains("::isolock"), "{code}");
    }
}
