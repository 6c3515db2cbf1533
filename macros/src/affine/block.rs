//! The annotated `impl` block: signatures are parsed, everything else stays tokens.
//!
//! As with functions, a body that is being typed must not take the block's expansion away.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Generics, ImplItem, Path, Signature, Token, Type, TypePath, Visibility};

use crate::item::{Item, error, is_isolate_fn};
use crate::words::methods as words;

/// An `impl` block.
pub(crate) struct Block {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) generics: Generics,
    /// The trait of `impl Trait for Type`.
    pub(crate) of_trait: Option<Path>,
    pub(crate) self_ty: Type,
    /// The marked functions.
    pub(crate) marked: Vec<Item>,
    /// The block as it was written, but without the markers.
    pub(crate) plain: TokenStream,
}

/// Whether the item is an `impl` block.
///
/// # Errors
///
/// If it has attributes that can't be read.
pub(crate) fn is_impl(tokens: &TokenStream) -> syn::Result<bool> {
    let read = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Option<Token![unsafe]>>()?;
        let is_impl = input.peek(Token![impl]);
        input.parse::<TokenStream>()?;
        Ok(is_impl)
    };
    read.parse2(tokens.clone())
}

impl Block {
    pub(crate) fn parse(tokens: TokenStream) -> syn::Result<Self> {
        let parsed = Self::head.parse2(tokens).map_err(unreadable)?;
        Ok(parsed)
    }

    fn head(input: ParseStream<'_>) -> syn::Result<Self> {
        let start = input.fork();
        let attrs = input.call(Attribute::parse_outer)?;
        input.parse::<Option<Token![unsafe]>>()?;
        input.parse::<Token![impl]>()?;
        let mut generics: Generics = input.parse()?;
        if input.peek(Token![!]) {
            return Err(input.error("a negative `impl` has no methods"));
        }
        let first: Type = input.parse()?;
        let (of_trait, self_ty) = match input.parse::<Option<Token![for]>>()? {
            Some(_) => match first {
                Type::Path(TypePath { qself: None, path, .. }) => (Some(path), input.parse()?),
                other => return Err(error(other, &words::not_a_trait())),
            },
            None => (None, first),
        };
        generics.where_clause = input.parse()?;
        let content = input.parse::<Group>()?;
        if !input.is_empty() {
            return Err(input.error("unexpected tokens after the block"));
        }
        let (marked, members) = Self::members.parse2(content.stream())?;
        let mut plain = TokenStream::new();
        // The head as it came, without the attribute when it is given twice.
        start.call(Attribute::parse_outer)?;
        plain.append_all(attrs.iter().filter(|attr| !super::resource::is_thread_affine(attr)));
        let mut head: Vec<TokenTree> = start.parse::<TokenStream>()?.into_iter().collect();
        head.pop();
        plain.extend(head);
        let mut body = Group::new(content.delimiter(), members);
        body.set_span(content.span());
        plain.extend([TokenTree::Group(body)]);
        Ok(Self { attrs, generics, of_trait, self_ty, marked, plain })
    }

    /// The marked functions, and all members without the markers.
    fn members(input: ParseStream<'_>) -> syn::Result<(Vec<Item>, TokenStream)> {
        let mut marked = Vec::new();
        let mut plain = TokenStream::new();
        plain.append_all(input.call(Attribute::parse_inner)?);
        while !input.is_empty() {
            match function(input) {
                Some(item) if item.attrs.iter().any(is_isolate_fn) => {
                    plain.extend(item.plain());
                    marked.push(item);
                }
                Some(item) => {
                    plain.append_all(&item.attrs);
                    item.vis.to_tokens(&mut plain);
                    item.sig.to_tokens(&mut plain);
                    item.body.to_tokens(&mut plain);
                }
                None => plain.extend(other(input)?),
            }
        }
        Ok((marked, plain))
    }
}

/// A function with a body, or else the input stays where it is.
fn function(input: ParseStream<'_>) -> Option<Item> {
    use syn::parse::discouraged::Speculative;
    let ahead = input.fork();
    let item = Item {
        attrs: ahead.call(Attribute::parse_outer).ok()?,
        vis: ahead.parse::<Visibility>().ok()?,
        sig: ahead.parse::<Signature>().ok()?,
        body: ahead.peek(syn::token::Brace).then(|| ahead.parse().ok())??,
    };
    input.advance_to(&ahead);
    Some(item)
}

/// Another member, or what is being typed: as far as it goes.
fn other(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    use syn::parse::discouraged::Speculative;
    let ahead = input.fork();
    if let Ok(item) = ahead.parse::<ImplItem>() {
        input.advance_to(&ahead);
        return Ok(item.into_token_stream());
    }
    let mut tokens = TokenStream::new();
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::Brace,
            _ => false,
        };
        tokens.extend([token]);
        if ends {
            break;
        }
    }
    Ok(tokens)
}

fn unreadable(error: syn::Error) -> syn::Error {
    let text = error.to_string();
    if text.contains("\nhelp: ") {
        return error;
    }
    syn::Error::new(error.span(), words::unreadable_block(&text))
}
