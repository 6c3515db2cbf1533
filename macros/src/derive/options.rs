//! The grammar of the derive's options: `#[portable(crate = path, bound(T: Trait))]`.

use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Meta, Path, Token, WherePredicate, token};

use crate::errors::Errors;
use crate::options::{self, Grammar, Reader};
use crate::words::{self, Message, derive as derive_words};

/// The predicates of a `where` clause.
pub(super) type Predicates = Punctuated<WherePredicate, Token![,]>;

/// What `#[portable(..)]` says.
#[derive(Default)]
pub(super) struct Options {
    /// Where isolock is; without it `::isolock`.
    pub(super) krate: Option<Path>,
    /// The bounds of the impl instead of `T: Portable` for each type parameter.
    pub(super) bound: Option<Predicates>,
}

pub(super) fn is_portable(attr: &Attribute) -> bool {
    attr.path().is_ident("portable")
}

/// The options that are right, and the errors of the others.
pub(super) fn parse(attrs: &[Attribute]) -> (Options, Errors) {
    let mut reader = Reader::<Options>::default();
    for attr in attrs.iter().filter(|attr| is_portable(attr)) {
        match &attr.meta {
            Meta::List(list) => reader.read(list.tokens.clone()),
            meta => reader.errors.report(meta.path(), &derive_words::without_options()),
        }
    }
    (reader.grammar, reader.errors)
}

impl Grammar for Options {
    const KEYS: &'static [&'static str] = &["crate", "bound"];

    fn not_an_option() -> Message {
        derive_words::not_an_option()
    }

    fn unknown_option(key: &str) -> Message {
        derive_words::unknown_option(key)
    }

    fn repeated_option(key: &str) -> Message {
        derive_words::repeated_option(key)
    }

    fn tokens_after(key: &str) -> Message {
        derive_words::tokens_after_option(key)
    }

    fn value(&mut self, key: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> Option<()> {
        if key == "crate" {
            options::equals(input, key, errors, &words::option_without_value("crate"))?;
            self.krate = Some(options::path(input, errors, words::crate_not_a_path)?);
        } else {
            self.bound = Some(bound(input, key, errors)?);
        }
        Some(())
    }
}

/// `bound(T: Trait, U: Trait)`.
fn bound(input: ParseStream<'_>, key: &Ident, errors: &mut Errors) -> Option<Predicates> {
    if !input.peek(token::Paren) {
        errors.report(key, &derive_words::bound_without_list());
        return None;
    }
    let predicates = |input: ParseStream<'_>| {
        let content;
        syn::parenthesized!(content in input);
        Predicates::parse_terminated(&content)
    };
    match predicates(input) {
        Ok(predicates) => Some(predicates),
        Err(error) => {
            errors.push(syn::Error::new(error.span(), derive_words::unreadable_bound(&error.to_string())));
            None
        }
    }
}
