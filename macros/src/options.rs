//! Options in an attribute's parentheses: `key = value, key = value`, read one by one.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Path, Token};

use crate::errors::Errors;
use crate::words::Message;

/// The options of one attribute: which there are, what they mean, and what is said of those that are wrong.
pub(crate) trait Grammar {
    /// The keys.
    const KEYS: &'static [&'static str];

    fn not_an_option() -> Message;
    fn unknown_option(key: &str) -> Message;
    fn repeated_option(key: &str) -> Message;
    fn tokens_after(key: &str) -> Message;

    /// A piece that is one word and no key: whether it was dealt with.
    fn lone_word(&mut self, _word: &Ident, _errors: &mut Errors) -> bool {
        false
    }

    /// What comes after a key. `None` if it was reported.
    fn value(&mut self, key: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> Option<()>;
}

/// Reads options into a grammar, over one or several attributes.
#[derive(Default)]
pub(crate) struct Reader<G> {
    pub(crate) grammar: G,
    pub(crate) errors: Errors,
    seen: Vec<String>,
}

impl<G: Grammar> Reader<G> {
    /// Reads what stands in the parentheses. An error in one option leaves the others readable.
    pub(crate) fn read(&mut self, tokens: TokenStream) {
        for piece in split_at_commas(tokens) {
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
    }

    fn option(&mut self, input: ParseStream<'_>, whole: &TokenStream) {
        let Ok(key) = input.call(Ident::parse_any) else {
            return self.errors.report(whole, &G::not_an_option());
        };
        if input.is_empty() && self.grammar.lone_word(&key, &mut self.errors) {
            return;
        }
        let word = key.to_string();
        if !G::KEYS.contains(&word.as_str()) {
            return self.errors.report(&key, &G::unknown_option(&word));
        }
        if self.seen.contains(&word) {
            return self.errors.report(&key, &G::repeated_option(&word));
        }
        self.seen.push(word.clone());
        if self.grammar.value(&key, input, &mut self.errors).is_some() && !input.is_empty() {
            self.errors.report(input.cursor().token_stream(), &G::tokens_after(&word));
        }
    }
}

fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
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

/// The `=` of an option, and that something follows it.
pub(crate) fn equals(input: ParseStream<'_>, key: &Ident, errors: &mut Errors, missing: &Message) -> Option<()> {
    if input.parse::<Token![=]>().is_err() || input.is_empty() {
        errors.report(key, missing);
        return None;
    }
    Some(())
}

/// A path as a value.
pub(crate) fn path(
    input: ParseStream<'_>,
    errors: &mut Errors,
    not_a_path: impl FnOnce(Option<&str>) -> Message,
) -> Option<Path> {
    let value = input.fork();
    if let Ok(path) = input.call(Path::parse_mod_style) {
        return Some(path);
    }
    let token = value.parse::<TokenTree>().ok()?;
    // `crate = "path"` is how serde writes it, so the message shows the path that was meant.
    let literal = syn::parse2::<LitStr>(token.to_token_stream()).ok().map(|literal| literal.value());
    errors.report(token, &not_a_path(literal.as_deref()));
    None
}
