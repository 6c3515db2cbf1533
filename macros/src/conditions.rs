//! Parameters under `#[cfg(..)]`.
//!
//! rustc takes such a parameter out of the function by itself. What is generated beside the function has its parameters
//! in tuples and calls, where nothing can be conditional, so it is written once for each combination of the conditions,
//! each time as a whole: `#[cfg(all(unix, not(test)))]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, FnArg, Meta};

use crate::item::Item;

/// Each further condition doubles the expansion.
pub(crate) const MAX_CONDITIONS: usize = 3;

/// `#[cfg(..)]`.
pub(crate) fn is_condition(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg") && matches!(attr.meta, Meta::List(_))
}

/// The function as it is under each combination of its parameters' conditions, which the variants have as attributes.
/// Without conditions there is none.
pub(crate) fn variants(item: &Item) -> Vec<Item> {
    let conditions = conditions(item);
    if conditions.is_empty() {
        return Vec::new();
    }
    let variant = |chosen: usize| {
        let holds = |index: usize| chosen & (1 << index) != 0;
        let mut variant = item.clone();
        let parts = conditions
            .iter()
            .enumerate()
            .map(|(index, (_, condition))| if holds(index) { condition.clone() } else { quote!(not(#condition)) });
        variant.attrs.push(syn::parse_quote!(#[cfg(all(#(#parts),*))]));
        let is_there = |attrs: &[Attribute]| {
            let mut shown = attrs.iter().filter(|attr| is_condition(attr)).map(show);
            shown.all(|shown| conditions.iter().position(|(known, _)| *known == shown).is_none_or(holds))
        };
        let inputs = variant.sig.inputs.into_iter().filter(|input| match input {
            FnArg::Typed(typed) => is_there(&typed.attrs),
            FnArg::Receiver(_) => true,
        });
        variant.sig.inputs = inputs.collect();
        for input in &mut variant.sig.inputs {
            if let FnArg::Typed(typed) = input {
                typed.attrs.retain(|attr| !is_condition(attr));
            }
        }
        variant
    };
    (0..1 << conditions.len()).rev().map(variant).collect()
}

/// How many different conditions the parameters have.
pub(crate) fn count(item: &Item) -> usize {
    conditions(item).len()
}

/// The different conditions, with how they are written.
fn conditions(item: &Item) -> Vec<(String, TokenStream)> {
    let mut conditions = Vec::new();
    for input in &item.sig.inputs {
        let FnArg::Typed(typed) = input else { continue };
        for attr in typed.attrs.iter().filter(|attr| is_condition(attr)) {
            let shown = show(attr);
            if let Meta::List(list) = &attr.meta
                && !conditions.iter().any(|(known, _)| *known == shown)
            {
                conditions.push((shown, list.tokens.clone()));
            }
        }
    }
    conditions
}

fn show(attr: &Attribute) -> String {
    attr.meta.to_token_stream().to_string()
}
