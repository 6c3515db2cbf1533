//! What has to hold of each expansion: it is Rust, or it holds the macro's errors and the user's item.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::Verdict;
use crate::errors::Errors;
use crate::{derive, pipeline};

pub(super) fn isolate_fn(attr: TokenStream, item: TokenStream, with_places: bool) -> Result<Verdict, String> {
    let (expansion, errors) = pipeline::analyse(attr.clone(), item.clone());
    let refused = count(&errors, &expansion)?;
    if refused > 0 {
        the_item_is_there(&item, &expansion)?;
        if with_places {
            places(&attr, &item, &|attr, item| pipeline::analyse(attr, item).1)?;
        }
        return Ok(Verdict::Refused(refused));
    }
    the_item_is_there(&item, &expansion)?;
    // The body is passed through, and where it isn't Rust, rustc says so.
    let expansion = without_body(&item, expansion)?;
    is_rust(&expansion)?;
    Ok(Verdict::Accepted)
}

pub(super) fn derive(item: TokenStream, with_places: bool) -> Result<Verdict, String> {
    let (expansion, errors) = derive::analyse(item.clone());
    let refused = count(&errors, &expansion)?;
    let file = is_rust(&expansion)?;
    let is_impl = |item: &&syn::Item| match item {
        syn::Item::Impl(item) => {
            let (path, _) = item.trait_.as_ref().expect("impls of traits only");
            path.segments.last().is_some_and(|segment| segment.ident == "Portable")
        }
        _ => false,
    };
    // rustc derives for items that it could read only; those get the trait whatever the errors.
    let has_names = |input: syn::DeriveInput| input.generics.type_params().all(|param| param.ident != "_");
    let wanted = usize::from(syn::parse2(item.clone()).is_ok_and(has_names));
    let impls = file.items.iter().filter(is_impl).count();
    if impls != wanted {
        return Err(format!("{impls} impls of the trait: {expansion}"));
    }
    if with_places && refused > 0 {
        places(&TokenStream::new(), &item, &|_, item| derive::analyse(item).1)?;
    }
    Ok(if refused > 0 { Verdict::Refused(refused) } else { Verdict::Accepted })
}

/// The number of errors, which is that of `compile_error!`s.
fn count(errors: &Errors, expansion: &TokenStream) -> Result<usize, String> {
    let count = errors.iter().map(|error| error.into_iter().count()).sum::<usize>();
    let ours = compile_errors(expansion.clone());
    // The item may have a `::core::compile_error!` of its own.
    if ours < count || (count == 0) != errors.is_empty() {
        return Err(format!("{count} errors, but {ours} are emitted: {expansion}"));
    }
    Ok(count)
}

/// How many times `:: core :: compile_error ! { ".." }` stands at the top.
fn compile_errors(tokens: TokenStream) -> usize {
    let mut count = 0;
    let mut last = [const { String::new() }; 2];
    for token in tokens {
        let text = match &token {
            TokenTree::Group(_) => String::new(),
            token => token.to_string(),
        };
        count += usize::from(text == "!" && last[1] == "compile_error");
        last = [std::mem::take(&mut last[1]), text];
    }
    count
}

fn is_rust(expansion: &TokenStream) -> Result<syn::File, String> {
    syn::parse2(expansion.clone()).map_err(|error| format!("{error}: {expansion}"))
}

fn is_body(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// The tokens come first, without the helper attributes: whatever else changed, the words and the body are those of the
/// user.
fn the_item_is_there(item: &TokenStream, expansion: &TokenStream) -> Result<(), String> {
    let wanted: Vec<_> = visible(item.clone()).into_iter().collect();
    let emitted: Vec<_> = visible(expansion.clone()).into_iter().collect();
    let mut rest = emitted.iter().map(text);
    let (mut after_quote, mut after_hash) = (false, false);
    for token in &wanted {
        // `syn` writes the lifetimes of `<T, 'a>` first, and no `where` that is empty.
        let is_lifetime = std::mem::replace(&mut after_quote, text(token) == "'");
        if is_lifetime || text(token) == "where" || matches!(token, TokenTree::Punct(_)) {
            after_hash = text(token) == "#";
            continue;
        }
        let lost = || format!("`{token}` is lost: {expansion}");
        match token {
            // Parameters lose their helper attributes, and the function a second `#[isolate_fn]`.
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                rest.find(|text| text.starts_with('(')).ok_or_else(lost)?;
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                let wanted = text(token);
                if !after_hash {
                    // A type, where lifetimes may have moved.
                    rest.find(|text| text.starts_with('[')).ok_or_else(lost)?;
                } else if !wanted.contains("isolate_fn") {
                    rest.find(|text| *text == wanted).ok_or_else(lost)?;
                }
            }
            token => {
                let wanted = text(token);
                rest.find(|text| *text == wanted).ok_or_else(lost)?;
            }
        }
    }
    Ok(())
}

/// Without the invisible groups of `macro_rules!`, which parsing may look through.
fn visible(tokens: TokenStream) -> TokenStream {
    let visible = |token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => visible(group.stream()),
        TokenTree::Group(group) => TokenTree::from(Group::new(group.delimiter(), visible(group.stream()))).into(),
        token => token.into(),
    };
    tokens.into_iter().flat_map(visible).collect()
}

/// Without blanks, which depend on how punctuation was joined.
fn text(token: &TokenTree) -> String {
    token.to_string().split_whitespace().collect()
}

/// The expansion with `{}` for the user's body, which is the first one that looks like it.
fn without_body(item: &TokenStream, expansion: TokenStream) -> Result<TokenStream, String> {
    let body =
        visible(item.clone()).into_iter().filter(is_body).last().ok_or("a function without a body was accepted")?;
    let body = text(&body);
    let mut emptied = false;
    let tokens = visible(expansion).into_iter().map(|token| {
        if !emptied && is_body(&token) && text(&token) == body {
            emptied = true;
            return Group::new(Delimiter::Brace, TokenStream::new()).into();
        }
        token
    });
    let tokens: TokenStream = tokens.collect();
    if emptied { Ok(tokens) } else { Err(format!("the body is lost: {tokens}")) }
}

/// Each error has a place of its own. The tokens are written and read again for that: mutations repeat tokens with
/// their places.
fn places(
    attr: &TokenStream,
    item: &TokenStream,
    errors: &dyn Fn(TokenStream, TokenStream) -> Errors,
) -> Result<(), String> {
    let (Ok(attr), Ok(item)) = (attr.to_string().parse(), item.to_string().parse::<TokenStream>()) else {
        return Ok(());
    };
    let mut seen = Vec::new();
    for error in errors(attr, item).iter() {
        let (place, text) = (error.span().byte_range(), error.to_string());
        let at_the_end = text.contains("end of input") || text.contains("empty") || text.contains("expected");
        if place.is_empty() && !at_the_end {
            return Err(format!("an error without a place: {text}"));
        }
        if seen.contains(&(place.clone(), text.clone())) {
            return Err(format!("an error is reported twice: {text}"));
        }
        seen.push((place, text));
    }
    Ok(())
}
