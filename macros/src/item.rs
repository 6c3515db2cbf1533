//! The annotated item: its signature is parsed, its body stays tokens.
//!
//! While a body is being typed it often doesn't parse, and then editors need the expansion most. So the signature is
//! parsed precisely and the body is passed through untouched (after `MaybeItemFn` of tracing-attributes); `scan` looks
//! into it when it parses.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Block, FnArg, Meta, Signature, Token, Visibility};

use crate::words::{self, Message};

/// A function whose body may be anything between braces.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Group,
}

impl Item {
    /// The body's statements, if they parse.
    pub(crate) fn block(&self) -> Option<Block> {
        syn::parse2(self.body.to_token_stream()).ok()
    }

    /// The function without the helper attributes: the attribute itself when it is given twice, and on parameters
    /// `#[capture]` and documentation (rustc accepts neither there).
    pub(crate) fn plain(&self) -> TokenStream {
        let mut sig = self.sig.clone();
        for input in &mut sig.inputs {
            if let FnArg::Typed(typed) = input {
                typed.attrs.retain(|attr| !is_capture(attr) && !is_doc(attr));
            }
        }
        let mut tokens = TokenStream::new();
        tokens.append_all(self.attrs.iter().filter(|attr| !is_isolate_fn(attr)));
        self.vis.to_tokens(&mut tokens);
        sig.to_tokens(&mut tokens);
        self.body.to_tokens(&mut tokens);
        tokens
    }
}

/// `#[capture]`, also when it is written wrongly.
pub(crate) fn is_capture(attr: &Attribute) -> bool {
    attr.path().is_ident("capture")
}

/// A line of documentation.
pub(crate) fn is_doc(attr: &Attribute) -> bool {
    attr.path().is_ident("doc") && matches!(attr.meta, Meta::NameValue(_))
}

/// `#[isolate_fn]` by any path.
pub(crate) fn is_isolate_fn(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|segment| segment.ident == "isolate_fn")
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer).map_err(unreadable)?;
        let vis = input.parse().map_err(unreadable)?;
        if let Some((kind, keyword)) = other_kind(input) {
            return Err(error(keyword, &words::signature::not_a_function(kind)));
        }
        let sig: Signature = input.parse().map_err(unreadable)?;
        if input.peek(Token![;]) {
            return Err(error(input.parse::<Token![;]>()?, &words::signature::no_body(&sig.ident.to_string())));
        }
        if !input.peek(syn::token::Brace) {
            return Err(unreadable(input.error("expected `{`")));
        }
        let body = input.parse()?;
        if !input.is_empty() {
            return Err(unreadable(input.error("unexpected tokens after the body")));
        }
        Ok(Self { attrs, vis, sig, body })
    }
}

fn error(tokens: impl ToTokens, message: &Message) -> syn::Error {
    syn::Error::new_spanned(tokens, message)
}

fn unreadable(error: syn::Error) -> syn::Error {
    let text = error.to_string();
    // A list of all that could stand there tells nothing.
    let text = match text.split_once("one of: ") {
        Some((before, list)) if list.matches(", ").count() > 3 => {
            let some: Vec<_> = list.split(", ").take(2).collect();
            format!("{before}{} or others", some.join(", "))
        }
        _ => text,
    };
    syn::Error::new(error.span(), words::signature::unreadable_signature(&text))
}

/// What the item is if it isn't a function, with the word that says so.
fn other_kind(input: ParseStream<'_>) -> Option<(&'static str, TokenTree)> {
    let keyword = input.fork().parse::<TokenTree>().ok()?;
    let TokenTree::Ident(word) = &keyword else { return None };
    let second = {
        let ahead = input.fork();
        ahead.parse::<TokenTree>().ok()?;
        ahead.parse::<TokenTree>().map(|token| token.to_string()).unwrap_or_default()
    };
    let second = second.as_str();
    let is_name = second.starts_with(|char: char| char.is_alphabetic() || char == '_');
    let kind = match word.to_string().as_str() {
        "struct" => "a struct",
        "enum" => "an enum",
        "union" if is_name => "a union",
        "trait" => "a trait",
        "impl" => "an `impl` block",
        "mod" => "a module",
        "use" => "an import",
        "type" => "a type alias",
        "static" => "a static",
        "macro_rules" | "macro" => "a macro",
        "let" => "a `let` statement",
        "extern" if second == "crate" => "an `extern crate`",
        "extern" if extern_block(input) => "an `extern` block",
        "unsafe" if matches!(second, "impl" | "trait") => {
            if second == "impl" {
                "an `impl` block"
            } else {
                "a trait"
            }
        }
        "unsafe" if second == "extern" && extern_block(input) => "an `extern` block",
        "const" if !matches!(second, "fn" | "async" | "unsafe" | "extern" | "") => "a constant",
        _ if second == "!" => "a macro call",
        _ => return None,
    };
    Some((kind, keyword))
}

/// `extern { .. }`, `unsafe extern "C" { .. }`: an ABI and then braces.
fn extern_block(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<Option<Token![unsafe]>>().is_ok()
        && ahead.parse::<syn::Abi>().is_ok()
        && ahead.peek(syn::token::Brace)
}
