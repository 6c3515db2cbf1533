//! The grammar of the derive's options: `#[portable(crate = path, bound(T: Trait))]`.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Meta, Path, Token, WherePredicate, token};

use crate::attr;
use crate::errors::Errors;
use crate::words;
use crate::words::derive as derive_words;

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
    let mut reader = Reader::default();
    for attr in attrs.iter().filter(|attr| is_portable(attr)) {
        match &attr.meta {
            Meta::List(list) => attr::split_at_commas(list.tokens.clone()).into_iter().for_each(|piece| {
                reader.piece(piece);
            }),
            meta => reader.errors.report(meta.path(), &derive_words::without_options()),
        }
    }
    (reader.options, reader.errors)
}

#[derive(Default)]
struct Reader {
    options: Options,
    errors: Errors,
    seen: Vec<String>,
}

impl Reader {
    fn piece(&mut self, piece: TokenStream) {
        let whole = piece.clone();
        let read = |input: ParseStream<'_>| {
            self.option(input, &whole);
            // What is left of an option that was reported.
            input.parse::<TokenStream>().map(drop)
        };
        if let Err(error) = read.parse2(piece) {
            self.errors.push(error);
        }
    }

    fn option(&mut self, input: ParseStream<'_>, whole: &TokenStream) {
        let Ok(key) = input.call(Ident::parse_any) else {
            return self.errors.report(whole, &derive_words::not_an_option());
        };
        let word = key.to_string();
        if !matches!(word.as_str(), "crate" | "bound") {
            return self.errors.report(&key, &derive_words::unknown_option(&word));
        }
        if self.seen.contains(&word) {
            return self.errors.report(&key, &derive_words::repeated_option(&word));
        }
        self.seen.push(word.clone());
        let read = if word == "crate" { self.krate(input, &key) } else { self.bound(input, &key) };
        if read.is_some() && !input.is_empty() {
            self.errors.report(input.cursor().token_stream(), &derive_words::tokens_after_option(&word));
        }
    }

    /// `crate = path`.
    fn krate(&mut self, input: ParseStream<'_>, key: &Ident) -> Option<()> {
        if input.parse::<Token![=]>().is_err() || input.is_empty() {
            self.errors.report(key, &words::option_without_value("crate"));
            return None;
        }
        self.options.krate = Some(attr::crate_path(input, &mut self.errors)?);
        Some(())
    }

    /// `bound(T: Trait, U: Trait)`.
    fn bound(&mut self, input: ParseStream<'_>, key: &Ident) -> Option<()> {
        if !input.peek(token::Paren) {
            self.errors.report(key, &derive_words::bound_without_list());
            return None;
        }
        let predicates = |input: ParseStream<'_>| {
            let content;
            syn::parenthesized!(content in input);
            Predicates::parse_terminated(&content)
        };
        match predicates(input) {
            Ok(predicates) => {
                self.options.bound = Some(predicates);
                Some(())
            }
            Err(error) => {
                self.errors.push(syn::Error::new(error.span(), derive_words::unreadable_bound(&error.to_string())));
                None
            }
        }
    }
}
