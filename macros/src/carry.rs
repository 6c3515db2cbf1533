//! Which of the function's attributes go along to the generated items: conditions to all, documentation to the binding,
//! everything else to none.
//!
//! `#[cfg_attr(unix, inline, cfg(debug_assertions))]` goes along as `#[cfg_attr(unix, cfg(debug_assertions))]`: an
//! `#[inline]` would be an error on a struct. The attributes are cut at their commas and not parsed, because what
//! stands between them may be any syntax.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;
use syn::{Attribute, Meta};

/// `#[cfg(..)]`, also inside `#[cfg_attr(..)]`.
pub(crate) fn conditions(attrs: &[Attribute]) -> TokenStream {
    attrs.iter().filter_map(|attr| keep(attr, "cfg")).collect()
}

/// `#[doc = ".."]`, `#[doc(hidden)]`, also inside `#[cfg_attr(..)]`.
pub(crate) fn docs(attrs: &[Attribute]) -> TokenStream {
    attrs.iter().filter_map(|attr| keep(attr, "doc")).collect()
}

/// `#[deprecated]`, also inside `#[cfg_attr(..)]`.
pub(crate) fn deprecations(attrs: &[Attribute]) -> TokenStream {
    attrs.iter().filter_map(|attr| keep(attr, "deprecated")).collect()
}

fn keep(attr: &Attribute, word: &str) -> Option<TokenStream> {
    if attr.path().is_ident(word) {
        return Some(quote!(#attr));
    }
    match &attr.meta {
        Meta::List(list) if attr.path().is_ident("cfg_attr") => {
            let path = &list.path;
            let kept = keep_in_condition(list.tokens.clone(), word)?;
            Some(quote!(#[#path(#kept)]))
        }
        _ => None,
    }
}

/// `predicate, attribute, attribute` with only the attributes that begin with `word`.
fn keep_in_condition(tokens: TokenStream, word: &str) -> Option<TokenStream> {
    let mut pieces = vec![Vec::new()];
    for token in tokens {
        match token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => pieces.push(Vec::new()),
            token => pieces.last_mut()?.push(token),
        }
    }
    let mut pieces = pieces.into_iter();
    let mut out: TokenStream = pieces.next()?.into_iter().collect();
    let mut any = false;
    for piece in pieces {
        let kept: TokenStream = match piece.as_slice() {
            [TokenTree::Ident(first), ..] if first == word => piece.into_iter().collect(),
            [TokenTree::Ident(first), TokenTree::Group(group)] if first == "cfg_attr" => {
                let Some(kept) = keep_in_condition(group.stream(), word) else { continue };
                let group = Group::new(Delimiter::Parenthesis, kept);
                quote!(#first #group)
            }
            _ => continue,
        };
        any = true;
        out.extend(quote!(, #kept));
    }
    any.then_some(out)
}
