//! The phases in order: attribute and item, model, check, expand.

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::item::Item;
use crate::model::Model;
use crate::{attr, check, conditions, derive, expand, fallback};

/// What `#[isolate_fn(attr)] tokens` becomes.
pub(crate) fn isolate_fn(attr: TokenStream, tokens: TokenStream) -> TokenStream {
    analyse(attr, tokens).0
}

/// What `#[derive(Portable)]` adds to `tokens`.
pub(crate) fn derive_portable(tokens: TokenStream) -> TokenStream {
    derive::analyse(tokens).0
}

/// The expansion and the errors it contains.
pub(crate) fn analyse(attr: TokenStream, tokens: TokenStream) -> (TokenStream, Errors) {
    let (options, mut errors) = attr::parse(attr);
    let item: Item = match syn::parse2(tokens.clone()) {
        Ok(item) => item,
        Err(error) => {
            errors.push(error);
            return (fallback::tokens(tokens, &errors), errors);
        }
    };
    let model = Model::lower(&item, &options);
    errors.append(check::check(&model));
    if !errors.is_empty() {
        return (fallback::item(&item, &errors), errors);
    }
    let variants = conditions::variants(&item);
    let mut expansion = expand::function(&model);
    if variants.is_empty() {
        expansion.extend(expand::expand(&model));
    }
    for variant in &variants {
        expansion.extend(expand::expand(&Model::lower(variant, &options)));
    }
    (expansion, errors)
}
