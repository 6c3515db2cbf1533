//! The grammar of `#[capture]`: bare, or `#[capture(trusted = "why")]`.

use syn::parse::ParseStream;
use syn::{Attribute, Ident, LitStr, Meta, Token};

use crate::words::{Message, trust as words};

/// Why a capture that isn't `Portable` is let through: its reason, if it has one.
///
/// # Errors
///
/// With the tokens that are wrong.
pub(crate) fn reason(attr: &Attribute) -> syn::Result<Option<LitStr>> {
    match &attr.meta {
        Meta::Path(_) => Ok(None),
        Meta::List(list) if list.tokens.is_empty() => Err(error(attr, &words::empty())),
        Meta::List(list) => list.parse_args_with(trusted).map(Some),
        Meta::NameValue(_) => Err(error(attr, &words::not_a_list())),
    }
}

fn trusted(input: ParseStream<'_>) -> syn::Result<LitStr> {
    let start = input.fork();
    let key = match input.call(<Ident as syn::ext::IdentExt>::parse_any) {
        Ok(key) if key == "trusted" => key,
        Ok(key) => {
            skip(input);
            return Err(error(&key, &words::unknown_option(&key.to_string())));
        }
        Err(_) => {
            let token = start.parse::<proc_macro2::TokenTree>()?;
            skip(input);
            return Err(error(&token, &words::unknown_option(&token.to_string())));
        }
    };
    if input.parse::<Token![=]>().is_err() || input.is_empty() {
        skip(input);
        return Err(error(&key, &words::no_reason()));
    }
    let value = input.parse::<proc_macro2::TokenTree>()?;
    let reason = syn::parse2::<LitStr>(value.clone().into()).ok().filter(|text| !text.value().trim().is_empty());
    let Some(reason) = reason else {
        skip(input);
        return Err(error(&value, &words::no_reason()));
    };
    input.parse::<Option<Token![,]>>()?;
    if !input.is_empty() {
        let rest = input.cursor().token_stream();
        skip(input);
        return Err(error(&rest, &words::tokens_after_reason()));
    }
    Ok(reason)
}

/// What is left of an option that is reported.
fn skip(input: ParseStream<'_>) {
    drop(input.parse::<proc_macro2::TokenStream>());
}

fn error(tokens: impl quote::ToTokens, message: &Message) -> syn::Error {
    syn::Error::new_spanned(tokens, message)
}
