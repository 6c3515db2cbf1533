//! `#[derive(Portable)]`: the trait for a type whose fields are all portable.
//!
//! The impl has a bound for each type parameter and none for the fields: with those a recursive type could never prove
//! them. Each field's type is checked apart, in code that is located at it, so that what rustc says of a field stands
//! there.

mod expand;
mod options;

use proc_macro2::TokenStream;
use syn::{Attribute, Data, DeriveInput, Field, GenericParam};

use crate::errors::Errors;
use crate::words::derive as words;

/// The impls and the errors among them.
///
/// An error leaves the trait implemented: that the type isn't portable everywhere it is used would only repeat it.
pub(crate) fn analyse(tokens: TokenStream) -> (TokenStream, Errors) {
    let input: DeriveInput = match syn::parse2(tokens) {
        Ok(input) => input,
        Err(error) => {
            let mut errors = Errors::default();
            errors.push(error);
            return (errors.to_compile_errors(), errors);
        }
    };
    // rustc has said that `_` is no name for a parameter, and goes on. There is nothing to write after `impl`.
    if input.generics.type_params().any(|param| param.ident == "_") {
        return <_>::default();
    }
    let (options, mut errors) = options::parse(&input.attrs);
    misplaced_options(&input, &mut errors);
    let mut has_fields_to_check = true;
    if let Data::Union(union) = &input.data {
        errors.report(union.union_token, &words::union(&input.ident.to_string()));
        has_fields_to_check = false;
    }
    for param in input.generics.lifetimes() {
        errors.report(&param.lifetime, &words::lifetime(&input.ident.to_string(), &param.lifetime.to_string()));
        has_fields_to_check = false;
    }
    let mut expansion = errors.to_compile_errors();
    expansion.extend(expand::portable(&input, &options));
    if has_fields_to_check {
        expansion.extend(expand::fields(&input, &options));
    }
    (expansion, errors)
}

/// All fields, those of all variants.
fn fields(data: &Data) -> Vec<&Field> {
    match data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data.variants.iter().flat_map(|variant| &variant.fields).collect(),
        Data::Union(data) => data.fields.named.iter().collect(),
    }
}

/// rustc lets the attribute stand on fields and variants, too, where it would say nothing.
fn misplaced_options(input: &DeriveInput, errors: &mut Errors) {
    let mut look = |attrs: &[Attribute], kind: &str| {
        for attr in attrs.iter().filter(|attr| options::is_portable(attr)) {
            errors.report(attr.path(), &words::misplaced(kind));
        }
    };
    if let Data::Enum(data) = &input.data {
        data.variants.iter().for_each(|variant| look(&variant.attrs, "a variant"));
    }
    fields(&input.data).into_iter().for_each(|field| look(&field.attrs, "a field"));
    for param in &input.generics.params {
        match param {
            GenericParam::Lifetime(param) => look(&param.attrs, "a parameter"),
            GenericParam::Type(param) => look(&param.attrs, "a parameter"),
            GenericParam::Const(param) => look(&param.attrs, "a parameter"),
        }
    }
}
