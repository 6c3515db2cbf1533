//! The expander called on tokens, without a compiler around it.

mod attributes;
mod awaits;
mod derive;
mod expansions;
mod fuzz;
mod mistakes;
mod mistakes_of_parameters;
mod mutants;
mod names;
mod pasted;
mod signatures;

use proc_macro2::TokenStream;

use crate::pipeline::analyse;

fn tokens(source: &str) -> TokenStream {
    source.parse().expect("the test's source is made of tokens")
}

/// The expansion of a function without errors, as rustfmt would write it.
fn expand(attr: &str, item: &str) -> String {
    let (expansion, errors) = analyse(tokens(attr), tokens(item));
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{item}: {errors:#?}");
    prettyplease::unparse(&syn::parse2(expansion).expect("the expansion is Rust"))
}

/// The errors of a function: each as the source that it is shown at, and the text below.
fn mistakes(attr: &str, item: &str) -> String {
    let (expansion, errors) = analyse(tokens(attr), tokens(item));
    let shown: Vec<_> = errors
        .iter()
        .map(|error| {
            let text = error.to_string();
            assert_house_style(&text);
            format!("{}\n{text}\n", error.span().source_text().unwrap_or_default())
        })
        .collect();
    let emitted = expansion.to_string().matches(":: core :: compile_error").count();
    assert_eq!(emitted, shown.len(), "one `compile_error!` for each error: {expansion}");
    shown.join("\n")
}

/// What is emitted for a function with errors, without the errors.
fn fallback(attr: &str, item: &str) -> String {
    let (expansion, errors) = analyse(tokens(attr), tokens(item));
    assert!(!errors.is_empty());
    let text = expansion.to_string();
    let (item, _) = text.split_once(":: core :: compile_error").expect("has errors");
    item.trim().to_owned()
}

/// Three parts on lines of their own, the first one in lower case and short.
fn assert_house_style(text: &str) {
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[0].starts_with(|char: char| char.is_lowercase() || char == '`' || char.is_numeric()), "{text}");
    assert!(lines[0].len() <= 120 && !lines[0].ends_with('.'), "{text}");
    assert!(lines[1].starts_with("help: ") && lines[2].starts_with("note: "), "{text}");
}

/// Has no errors; the body may be anything.
fn expand_any(item: &str) {
    let (_, errors) = analyse(TokenStream::new(), tokens(item));
    assert!(errors.is_empty(), "{item}");
}
