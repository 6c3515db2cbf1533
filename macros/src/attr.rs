//! The grammar of the attribute: `#[isolate_fn(name = "jsName", crate = path)]`.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Path, Token};

use crate::errors::Errors;
use crate::naming;
use crate::words;

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
    let mut reader = Reader::default();
    for piece in split_at_commas(tokens) {
        let whole = piece.clone();
        let read = |input: ParseStream<'_>| {
            reader.option(input, &whole);
            // What is left of an option that was reported.
            input.parse::<TokenStream>().map(drop)
        };
        if let Err(error) = read.parse2(piece) {
            reader.errors.push(error);
        }
    }
    (reader.options, reader.errors)
}

/// The options one by one, so that an error in one leaves the others readable.
pub(crate) fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut pieces = vec![TokenStream::new()];
    for token in tokens {
        match token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => pieces.push(TokenStream::new()),
            token => pieces.last_mut().expect("begins with one").extend([token]),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[derive(Default)]
struct Reader {
    options: Options,
    errors: Errors,
    seen: Vec<String>,
}

impl Reader {
    fn option(&mut self, input: ParseStream<'_>, whole: &TokenStream) {
        let Ok(key) = input.call(Ident::parse_any) else {
            return self.errors.report(whole, &words::not_an_option());
        };
        let word = key.to_string();
        if !matches!(word.as_str(), "name" | "crate") {
            return self.errors.report(&key, &words::unknown_option(&word));
        }
        if self.seen.contains(&word) {
            return self.errors.report(&key, &words::repeated_option(&word));
        }
        self.seen.push(word.clone());
        if input.parse::<Token![=]>().is_err() || input.is_empty() {
            return self.errors.report(&key, &words::option_without_value(&word));
        }
        let read = if word == "name" { self.name(input) } else { self.krate(input) };
        if read.is_some() && !input.is_empty() {
            self.errors.report(input.cursor().token_stream(), &words::tokens_after_value(&word));
        }
    }

    fn name(&mut self, input: ParseStream<'_>) -> Option<()> {
        let value = input.fork();
        let Ok(literal) = input.parse::<LitStr>() else {
            self.errors.report(value.parse::<TokenTree>().ok()?, &words::name_not_a_string());
            return None;
        };
        let text = literal.value();
        if !naming::is_js_identifier(&text) {
            self.errors.report(&literal, &words::name_not_an_identifier(&text, &naming::to_js_identifier(&text)));
            return None;
        }
        self.options.name = Some(literal);
        Some(())
    }

    fn krate(&mut self, input: ParseStream<'_>) -> Option<()> {
        self.options.krate = Some(crate_path(input, &mut self.errors)?);
        Some(())
    }
}

/// The value of the option `crate`.
pub(crate) fn crate_path(input: ParseStream<'_>, errors: &mut Errors) -> Option<Path> {
    let value = input.fork();
    if let Ok(path) = input.call(Path::parse_mod_style) {
        return Some(path);
    }
    let token = value.parse::<TokenTree>().ok()?;
    // `crate = "path"` is how serde writes it, so the message shows the path that was meant.
    let literal = syn::parse2::<LitStr>(token.to_token_stream()).ok().map(|literal| literal.value());
    errors.report(token, &words::crate_not_a_path(literal.as_deref()));
    None
}
