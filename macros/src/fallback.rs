//! What is emitted when there are errors: the user's item, so that everything else still sees it, and the errors.

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::item::Item;

/// The function without its binding. It comes first: editors resolve a token by its first appearance.
pub(crate) fn item(item: &Item, errors: &Errors) -> TokenStream {
    let mut tokens = item.plain();
    tokens.extend(errors.to_compile_errors());
    tokens
}

/// Tokens that could not be read, as they came.
pub(crate) fn tokens(mut tokens: TokenStream, errors: &Errors) -> TokenStream {
    tokens.extend(errors.to_compile_errors());
    tokens
}
