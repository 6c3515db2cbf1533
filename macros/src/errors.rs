//! The errors of one phase, collected so that a user sees all of them at once.

use proc_macro2::TokenStream;
use quote::ToTokens;

use crate::words::Message;

/// What a phase found. Nothing returns early on an error: a phase that ends with some stops the pipeline, so that the
/// next one reports no consequences of them.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Adds `message`, shown at `tokens`: the smallest ones that have to change.
    pub(crate) fn report(&mut self, tokens: impl ToTokens, message: &Message) {
        self.0.push(syn::Error::new_spanned(tokens, message));
    }

    /// Adds an error that already has its words.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    /// Adds what another phase found.
    pub(crate) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One `::core::compile_error!` for each error, in source order as far as the phases found them so.
    pub(crate) fn to_compile_errors(&self) -> TokenStream {
        self.0.iter().map(syn::Error::to_compile_error).collect()
    }

    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &syn::Error> {
        self.0.iter()
    }
}
