//! The annotated type: a struct or an enum.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Generics, Ident, ItemEnum, ItemStruct, Path, Token, Visibility};

use super::attr::Said;
use super::fields;
use crate::item::{error, other_kind};
use crate::words::affine as words;

/// A struct or an enum.
pub(crate) enum Resource {
    Struct(ItemStruct),
    Enum(ItemEnum),
}

impl Resource {
    pub(crate) fn attrs(&self) -> &[Attribute] {
        match self {
            Self::Struct(item) => &item.attrs,
            Self::Enum(item) => &item.attrs,
        }
    }

    pub(crate) fn vis(&self) -> &Visibility {
        match self {
            Self::Struct(item) => &item.vis,
            Self::Enum(item) => &item.vis,
        }
    }

    pub(crate) fn name(&self) -> &Ident {
        match self {
            Self::Struct(item) => &item.ident,
            Self::Enum(item) => &item.ident,
        }
    }

    pub(crate) fn generics(&self) -> &Generics {
        match self {
            Self::Struct(item) => &item.generics,
            Self::Enum(item) => &item.generics,
        }
    }

    /// The type without the helper attributes: `#[affine(..)]` on fields, and the attribute itself when it is given
    /// twice.
    pub(crate) fn plain(&self) -> TokenStream {
        match self {
            Self::Struct(item) => {
                let mut item = item.clone();
                item.attrs.retain(|attr| !is_thread_affine(attr));
                fields::strip(&mut item.fields);
                item.into_token_stream()
            }
            Self::Enum(item) => {
                let mut item = item.clone();
                item.attrs.retain(|attr| !is_thread_affine(attr));
                for variant in &mut item.variants {
                    fields::strip(&mut variant.fields);
                }
                item.into_token_stream()
            }
        }
    }
}

/// `#[thread_affine]` by any path.
pub(crate) fn is_thread_affine(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|segment| segment.ident == "thread_affine")
}

/// The handle's name: what the option says, or the type's name and `Handle`.
pub(crate) fn handle_name(name: &Ident, option: Option<&Said<Path>>) -> Ident {
    match option.and_then(|said| said.value.get_ident()) {
        Some(name) => name.clone(),
        None => format_ident!("{}Handle", name.unraw(), span = name.span()),
    }
}

/// # Errors
///
/// With the word that says what else it is, or with what can't be read.
pub(crate) fn parse(tokens: TokenStream) -> syn::Result<Resource> {
    let read = |input: ParseStream<'_>| {
        let ahead = input.fork();
        ahead.call(Attribute::parse_outer).map_err(unreadable)?;
        ahead.parse::<Visibility>().map_err(unreadable)?;
        if ahead.peek(Token![struct]) {
            return input.parse().map(Resource::Struct).map_err(unreadable);
        }
        if ahead.peek(Token![enum]) {
            return input.parse().map(Resource::Enum).map_err(unreadable);
        }
        let (kind, keyword) = match other_kind(&ahead) {
            Some((kind, keyword)) => (kind, keyword.to_token_stream()),
            None => ("no type", ahead.cursor().token_stream().into_iter().take(1).collect()),
        };
        let kind = if keyword.to_string() == "fn" || kind == "no type" { "a function" } else { kind };
        Err(error(keyword, &words::not_a_type(kind)))
    };
    // What follows an error isn't looked at.
    let read = |input: ParseStream<'_>| {
        let outcome = read(input);
        if outcome.is_err() {
            input.parse::<TokenStream>()?;
        }
        Ok(outcome)
    };
    read.parse2(tokens).map_err(unreadable)?
}

fn unreadable(error: syn::Error) -> syn::Error {
    syn::Error::new(error.span(), words::unreadable_type(&error.to_string()))
}
