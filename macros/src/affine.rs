//! `#[thread_affine]`: on a type it makes the handle, on an `impl` block the handle's methods.
//!
//! The phases are those of `#[isolate_fn]`: syntax → model → check → expand. `resource*` is the type, `block*` and
//! `method*` the `impl` block. What has errors is emitted all the same, and with it whatever has none: one bad method
//! doesn't take the handle's other methods away.

mod attr;
mod block;
mod expand_block;
mod expand_method;
mod expand_resource;
mod fields;
mod marker;
mod method;
mod method_check;
mod own_type;
mod resource;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{GenericParam, Generics, Path, TypeParamBound, WherePredicate};

use crate::errors::Errors;
use crate::expand::{at, locate};
use crate::{fallback, types};

/// What `#[thread_affine(attr)] tokens` becomes, and the errors it contains.
pub(crate) fn analyse(attr: TokenStream, tokens: TokenStream) -> (TokenStream, Errors) {
    let (options, mut errors) = attr::parse(attr);
    let expansion = match block::is_impl(&tokens) {
        Ok(true) => {
            block::Block::parse(tokens.clone()).map(|block| expand_block::expand(&block, &options, &mut errors))
        }
        Ok(false) => resource::parse(tokens.clone()).map(|item| expand_resource::expand(&item, &options, &mut errors)),
        Err(error) => Err(error),
    };
    match expansion {
        Ok(mut expansion) => {
            expansion.extend(errors.to_compile_errors());
            (expansion, errors)
        }
        Err(error) => {
            errors.push(error);
            (fallback::tokens(tokens, &errors), errors)
        }
    }
}

/// The path of isolock, shown at `span`.
fn krate(path: Option<&Path>, span: Span) -> TokenStream {
    match path {
        None => quote_spanned!(at(span)=> ::isolock),
        Some(path) => locate(path.to_token_stream(), span),
    }
}

/// The parameters of a type or block as generated items declare them: without attributes, and with types that an owner can
/// keep for as long as it likes.
fn kept(generics: &Generics) -> Generics {
    let mut kept = generics.clone();
    let Generics { params, where_clause, .. } = &mut kept;
    for param in params {
        let param = match param {
            GenericParam::Type(param) => param,
            GenericParam::Const(param) => {
                param.attrs.clear();
                continue;
            }
            GenericParam::Lifetime(_) => continue,
        };
        param.attrs.clear();
        // Beside the bounds that it has: in two places they would be a lint's.
        let its_own = where_clause.iter_mut().flat_map(|clause| &mut clause.predicates).find_map(|predicate| {
            let WherePredicate::Type(predicate) = predicate else { return None };
            let is_it = types::last_segment(&predicate.bounded_ty) == Some(&param.ident);
            is_it.then_some(&mut predicate.bounds)
        });
        let bounds = match its_own {
            Some(bounds) => bounds,
            None => {
                param.colon_token.get_or_insert_default();
                &mut param.bounds
            }
        };
        let lasts = |bound: &TypeParamBound| matches!(bound, TypeParamBound::Lifetime(for_) if for_.ident == "static");
        if !bounds.iter().any(lasts) {
            bounds.push(syn::parse_quote!('static));
        }
    }
    kept
}
