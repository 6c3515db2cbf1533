//! The grammar of `#[isolate_fn]` on a method: bare, or `#[isolate_fn(nested)]`.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, Meta};

use crate::item::error;
use crate::words::methods as words;

/// Whether a `Result` of the method stays inside the one of the entry.
///
/// # Errors
///
/// With the tokens that are wrong.
pub(crate) fn is_nested(attr: &Attribute) -> syn::Result<bool> {
    let list = match &attr.meta {
        Meta::Path(_) => return Ok(false),
        Meta::List(list) if list.tokens.is_empty() => return Ok(false),
        Meta::List(list) => list,
        Meta::NameValue(pair) => return Err(error(&pair.value, &words::unknown_option(""))),
    };
    list.parse_args_with(|input: ParseStream<'_>| {
        let whole = input.cursor().token_stream();
        let key = input.call(Ident::parse_any);
        let rest: proc_macro2::TokenStream = input.parse()?;
        match key {
            Ok(key) if key == "nested" && rest.is_empty() => Ok(true),
            Ok(key) if key == "nested" => Err(error(rest, &words::unknown_option(""))),
            Ok(key) => Err(error(&key, &words::unknown_option(&key.to_string()))),
            Err(_) => Err(error(whole, &words::unknown_option(""))),
        }
    })
}
