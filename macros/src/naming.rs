//! Names: Rust's to JavaScript's, and locals that collide with nothing.

use proc_macro2::Span;
use quote::format_ident;
use syn::Ident;
use syn::ext::IdentExt;

/// The camel case of a Rust name: `fetch_text` → `fetchText`, `r#type` → `type`, `_private_one` → `_privateOne`.
pub(crate) fn camel_case(name: &Ident) -> String {
    let name = name.unraw().to_string();
    let words = name.trim_start_matches('_');
    let mut camel = name[..name.len() - words.len()].to_owned();
    for (index, word) in words.split('_').enumerate() {
        let mut chars = word.chars();
        match chars.next() {
            Some(first) if index > 0 => {
                camel.extend(first.to_uppercase());
                camel.push_str(chars.as_str());
            }
            _ => camel.push_str(word),
        }
    }
    camel
}

/// `some_name` → `SomeName`.
pub(crate) fn upper_camel_case(name: &Ident) -> String {
    let camel = camel_case(name);
    let mut chars = camel.trim_start_matches('_').chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

/// Whether `name` can be written after a dot in JavaScript. Reserved words can.
pub(crate) fn is_js_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(is_js_start) && chars.all(is_js_part)
}

/// The nearest identifier, for messages: `ns.do-it` → `nsDoIt`.
pub(crate) fn to_js_identifier(name: &str) -> String {
    let mut out = String::new();
    let mut upper = false;
    for char in name.chars() {
        match () {
            () if !is_js_part(char) => upper = !out.is_empty(),
            () if out.is_empty() && !is_js_start(char) => out.extend(['_', char]),
            () if std::mem::take(&mut upper) => out.extend(char.to_uppercase()),
            () => out.push(char),
        }
    }
    if out.is_empty() { "jsName".to_owned() } else { out }
}

fn is_js_start(char: char) -> bool {
    char.is_alphabetic() || matches!(char, '_' | '$')
}

fn is_js_part(char: char) -> bool {
    is_js_start(char) || char.is_alphanumeric()
}

/// A local of generated code: shown where `name` is, but resolved like one of `macro_rules!`, so that the user's code
/// and the generated code never see each other's locals.
pub(crate) fn local(name: &Ident) -> Ident {
    let mut local = name.clone();
    local.set_span(Span::mixed_site().located_at(name.span()));
    local
}

/// `name`, with underscores if it is taken. Locals named after the user's parameters and our own have the same hygiene,
/// so they need different names.
pub(crate) fn fresh(name: &Ident, taken: impl IntoIterator<Item = Ident>) -> Ident {
    let taken: Vec<_> = taken.into_iter().collect();
    let mut fresh = name.clone();
    while taken.contains(&fresh) {
        fresh = format_ident!("{fresh}_");
    }
    fresh
}

/// Primitive types share the type namespace with bindings, without being reserved words.
pub(crate) fn is_primitive(name: &str) -> bool {
    const PRIMITIVES: [&str; 17] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32", "u64",
        "u128", "usize",
    ];
    PRIMITIVES.contains(&name)
}
