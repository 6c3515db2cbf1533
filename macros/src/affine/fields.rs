//! The fields of an affine type: what each may hold, said by its name or by a written reason.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute, Field, Fields, Ident, LitStr, Meta, Path, Token, Type};

use super::attr::Owner;
use super::krate;
use super::resource::Resource;
use crate::carry;
use crate::errors::Errors;
use crate::expand::at;
use crate::item::error;
use crate::types::{self, Mentions, show};
use crate::words::affine as words;

/// One field, of a struct or of a variant.
pub(crate) struct Held<'a> {
    field: &'a Field,
    /// The conditions it stands under: its own, and its variant's.
    conditions: TokenStream,
    kind: Kind,
}

/// What a field may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Anything that the owner can have: its name starts with `own_`, or there is a reason.
    Affine,
    /// What isn't bound to an owner.
    Plain,
    /// The marker that makes the type unsendable.
    AtHome,
}

impl<'a> Held<'a> {
    fn lower(field: &'a Field, variant: &[Attribute], errors: &mut Errors) -> Self {
        let conditions = [carry::conditions(variant), carry::conditions(&field.attrs)].into_iter().collect();
        let is_own = field.ident.as_ref().is_some_and(|name| name.unraw().to_string().starts_with("own_"));
        let mut kind = if is_own { Kind::Affine } else { Kind::Plain };
        for (index, attr) in field.attrs.iter().filter(|attr| is_affine(attr)).enumerate() {
            // Whatever is wrong with the reason, the field was meant to be an exception.
            kind = Kind::Affine;
            if index > 0 {
                errors.report(attr.path(), &words::second_reason());
            } else if let Err(error) = reason(attr) {
                errors.push(error);
            }
        }
        if is_marker(&field.ty) {
            kind = Kind::AtHome;
        }
        Self { field, conditions, kind }
    }

    fn ty(&self) -> &'a Type {
        &self.field.ty
    }

    fn check(&self, owner: Option<Owner>, errors: &mut Errors) -> bool {
        let mentions = Mentions::of(self.ty());
        if let (Kind::AtHome, Some(owner @ (Owner::Isolate | Owner::Context))) = (self.kind, owner) {
            errors.report(self.ty(), &words::at_home_elsewhere(owner.word()));
        } else if let Some(context) = mentions.contexts.first() {
            errors.report(context, &words::strong_context(&show(self.ty())));
        } else if let Some(local) = mentions.locals.first() {
            errors.report(local, &words::local_field());
        } else {
            return true;
        }
        false
    }

    /// `assert_send_field::<Connection, _>();`, shown at the type.
    fn assertion(&self, owner: Owner, path: Option<&Path>) -> Option<TokenStream> {
        let assert = match (self.kind, owner) {
            (Kind::Plain, _) => "assert_portable_field",
            (Kind::Affine, Owner::Isolate | Owner::Context) => "assert_send_field",
            (Kind::Affine, Owner::Thread) | (Kind::AtHome, _) => return None,
        };
        let (ty, conditions) = (self.ty(), &self.conditions);
        let krate = krate(path, ty.span());
        let assert = Ident::new(assert, at(ty.span()));
        let call = quote_spanned!(at(ty.span())=> #krate::__private::affine::#assert::<#ty, _>(););
        Some(quote::quote!(#conditions #call))
    }
}

/// All fields of the type, with the errors of each. Those with errors have no assertion.
pub(crate) fn check(
    item: &Resource,
    owner: Option<Owner>,
    path: Option<&Path>,
    errors: &mut Errors,
) -> Vec<TokenStream> {
    let mut assertions = Vec::new();
    let mut each = |fields: &Fields, variant: &[Attribute]| {
        for field in fields {
            let held = Held::lower(field, variant, errors);
            if held.check(owner, errors) {
                assertions.extend(owner.and_then(|owner| held.assertion(owner, path)));
            }
        }
    };
    match item {
        Resource::Struct(item) => each(&item.fields, &[]),
        Resource::Enum(item) => item.variants.iter().for_each(|variant| each(&variant.fields, &variant.attrs)),
    }
    assertions
}

/// Removes the reasons. The marker is there for its type, and nobody reads it.
pub(crate) fn strip(fields: &mut Fields) {
    for field in fields {
        field.attrs.retain(|attr| !is_affine(attr));
        if is_marker(&field.ty) {
            field.attrs.push(syn::parse_quote!(#[allow(dead_code)]));
        }
    }
}

fn is_marker(ty: &Type) -> bool {
    types::last_segment(ty).is_some_and(|name| name == "AtHome")
}

fn is_affine(attr: &Attribute) -> bool {
    attr.path().is_ident("affine")
}

/// The grammar of `#[affine(reason = "why")]`.
fn reason(attr: &Attribute) -> syn::Result<()> {
    let Meta::List(list) = &attr.meta else { return Err(error(attr, &words::no_reason())) };
    list.parse_args_with(|input: ParseStream<'_>| {
        let whole = input.cursor().token_stream();
        let outcome = match (input.parse::<Ident>(), input.parse::<Token![=]>(), input.parse::<LitStr>()) {
            (Ok(key), ..) if key != "reason" => Err(error(key, &words::no_reason())),
            (Ok(_), Ok(_), Ok(text)) if text.value().trim().is_empty() => Err(error(text, &words::no_reason())),
            (Ok(_), Ok(_), Ok(_)) => input.parse::<Option<Token![,]>>().map(drop),
            (Ok(key), ..) => Err(error(key, &words::no_reason())),
            (Err(_), ..) if whole.is_empty() => Err(error(attr, &words::no_reason())),
            (Err(_), ..) => Err(error(whole, &words::no_reason())),
        };
        let rest = input.parse::<TokenStream>()?;
        if outcome.is_ok() && !rest.is_empty() { Err(error(rest, &words::no_reason())) } else { outcome }
    })
}
