//! Names and types as they are shown.

use crate::naming::{camel_case, is_js_identifier, to_js_identifier};
use crate::types::{owned, show};

#[test]
fn camel_case_of_rust_names() {
    for (rust, js) in [
        ("add", "add"),
        ("fetch_text", "fetchText"),
        ("r#type", "type"),
        ("r#loop_count", "loopCount"),
        ("_private_one", "_privateOne"),
        ("__x", "__x"),
        ("type_", "type"),
        ("sha_256", "sha256"),
        ("a__b", "aB"),
        ("read_über", "readÜber"),
        ("AlreadyCamel", "AlreadyCamel"),
    ] {
        assert_eq!(camel_case(&syn::parse_str(rust).unwrap()), js);
    }
}

#[test]
fn identifiers_of_javascript() {
    for name in ["a", "$", "_x1", "delete", "größe"] {
        assert!(is_js_identifier(name), "{name}");
    }
    for (name, nearest) in
        [("", "jsName"), ("1a", "_1a"), ("a.b", "aB"), ("a b", "aB"), ("-", "jsName"), ("fs.read-it", "fsReadIt")]
    {
        assert!(!is_js_identifier(name), "{name}");
        assert_eq!(to_js_identifier(name), nearest);
        assert!(is_js_identifier(nearest));
    }
}

#[test]
fn types_are_shown_as_written() {
    for ty in [
        "&mut Lock<'_>",
        "&'s mut Lock<'s>",
        "Option<&'a [u8]>",
        "&mut (u8, [u8])",
        "fn(u8) -> &'a (A, B)",
        "impl Fn(&'a str, &mut [u8]) -> u8 + 'a",
        "Arc<dyn Fn(&str) -> Vec<u8> + Send>",
        "impl Iterator<Item = (u8, f64)>",
        "[u8; 4]",
        "<A as B>::C",
        "::a::b::C<'static, D>",
    ] {
        assert_eq!(show(syn::parse_str::<syn::Type>(ty).unwrap()), ty);
    }
}

#[test]
fn owned_forms_of_references() {
    for (borrowed, expected) in [
        ("&str", "String"),
        ("&mut str", "String"),
        ("&[u8]", "Vec<u8>"),
        ("&[&str]", "Vec<String>"),
        ("Option<&str>", "Option<String>"),
        ("&Mine", "Mine"),
        ("&dyn Any", "Box<dyn Any>"),
        ("(&str, u8)", "(String, u8)"),
    ] {
        assert_eq!(show(owned(&syn::parse_str(borrowed).unwrap())), expected);
    }
}
