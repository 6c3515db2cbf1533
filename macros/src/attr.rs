//! The grammar of the attribute: `#[isolate_fn(name = "jsName", crate = path)]`.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Path};

use crate::errors::Errors;
use crate::naming;
use crate::options::{self, Grammar, Reader};
use crate::words::{self, Message};

/// What the attribute says.
#[derive(Default)]
pub(crate) struct Options {
    /// The name in JavaScript; without it the function's own in camel case.
    pub(crate) name: Option<LitStr>,
    /// Where isolock is; without it `::isolock`.
    pub(crate) krate: Option<Path>,
}

/// The options that are right, and the errors of the others.
pub(crate) fn parse(tokens: TokenStream) -> (Options, Errors) {
    let mut reader = Reader::<Options>::default();
    reader.read(tokens);
    (reader.grammar, reader.errors)
}

impl Grammar for Options {
    const KEYS: &'static [&'static str] = &["name", "crate"];

    fn not_an_option() -> Message {
        words::not_an_option()
    }

    fn unknown_option(key: &str) -> Message {
        words::unknown_option(key)
    }

    fn repeated_option(key: &str) -> Message {
        words::repeated_option(key)
    }

    fn tokens_after(key: &str) -> Message {
        words::tokens_after_value(key)
    }

    fn value(&mut self, key: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> Option<()> {
        options::equals(input, key, errors, &words::option_without_value(&key.to_string()))?;
        if key == "name" {
            self.name = Some(name(input, errors)?);
        } else {
            self.krate = Some(options::path(input, errors, words::crate_not_a_path)?);
        }
        Some(())
    }
}

fn name(input: ParseStream<'_>, errors: &mut Errors) -> Option<LitStr> {
    let value = input.fork();
    let Ok(literal) = input.parse::<LitStr>() else {
        errors.report(value.parse::<TokenTree>().ok()?, &words::name_not_a_string());
        return None;
    };
    let text = literal.value();
    if !naming::is_js_identifier(&text) {
        errors.report(&literal, &words::name_not_an_identifier(&text, &naming::to_js_identifier(&text)));
        return None;
    }
    Some(literal)
}
