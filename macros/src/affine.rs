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
use syn::Path;

use crate::errors::Errors;
use crate::expand::{at, locate};
use crate::fallback;

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
