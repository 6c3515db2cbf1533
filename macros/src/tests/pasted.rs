//! A file with every annotated function replaced by its expansion, for `cargo xtask compile-time`.

use std::{env, fs};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Item, Meta};

use crate::pipeline::analyse;

const SMALL: &str = "fn plain() {} #[isolate_fn(name = \"x\")] fn a(n: f64) {} #[isolate_fn] async fn b() {}";

/// Names keep their text only: the functions must not have parameters that the expansion's locals are called by.
fn paste(source: &str) -> String {
    let mut file = syn::parse_file(source).expect("the file is Rust");
    let items = std::mem::take(&mut file.items).into_iter().flat_map(|item| match item {
        Item::Fn(mut function) => {
            let Some(at) = function.attrs.iter().position(|attr| attr.path().is_ident("isolate_fn")) else {
                return vec![Item::Fn(function)];
            };
            let attr = match function.attrs.remove(at).meta {
                Meta::List(list) => list.tokens,
                _ => TokenStream::new(),
            };
            let (expansion, errors) = analyse(attr, function.to_token_stream());
            assert!(errors.is_empty(), "{}", function.to_token_stream());
            syn::parse2::<syn::File>(expansion).expect("the expansion is Rust").items
        }
        item => vec![item],
    });
    file.items = items.collect();
    prettyplease::unparse(&file)
}

#[test]
fn expansions_are_pasted() {
    let pasted = paste(SMALL);
    assert!(!pasted.contains("isolate_fn"), "{pasted}");
    assert_eq!(pasted.matches("HostFunction for").count(), 2);
    if let (Some(from), Some(to)) = (env::var_os("ISOLOCK_PASTE_FROM"), env::var_os("ISOLOCK_PASTE_TO")) {
        fs::write(to, paste(&fs::read_to_string(from).expect("the file is there"))).expect("it can be written");
    }
}
