//! The checks of parameters, by what each one is.

use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Pat, Token, Type, TypeReference};

use crate::errors::Errors;
use crate::item::is_capture;
use crate::model::{Capture, Model, Param, Role};
use crate::types::{self, Mentions, show};
use crate::words::parameters as words;
use crate::{conditions, trust, words::generics};

pub(super) fn check(model: &Model<'_>, errors: &mut Errors) {
    for param in &model.params {
        attributes(param, errors);
        pattern(param, errors);
        match &param.role {
            Role::Lock => lock(model, param, errors),
            Role::Event => event(model, param, errors),
            Role::Capture(held) => capture(model, param, held, errors),
            Role::Argument => argument(model, param, errors),
        }
    }
}

/// Whether `#[cfg_attr(condition, ..)]` sets nothing but the levels of lints, which concern the function alone.
fn only_lints(attr: &Attribute) -> bool {
    let Ok(metas) = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) else { return false };
    let is_lint = |meta: &Meta| LINTS.iter().any(|lint| meta.path().is_ident(lint));
    metas.iter().skip(1).all(is_lint)
}

const LINTS: [&str; 5] = ["allow", "expect", "warn", "deny", "forbid"];

/// `#[capture]` stands once, and what is conditional are captures and arguments.
fn attributes(param: &Param<'_>, errors: &mut Errors) {
    let is_given = matches!(param.role, Role::Lock | Role::Event);
    for attr in &param.typed.attrs {
        if attr.path().is_ident("cfg") && (is_given || !conditions::is_condition(attr)) {
            errors.report(attr.path(), &words::conditional_given());
        } else if attr.path().is_ident("cfg_attr") && !only_lints(attr) {
            errors.report(attr.path(), &words::conditional_attribute());
        } else if attr.path().is_ident("doc") && is_given {
            errors.report(attr, &words::documented_given());
        }
    }
    for (index, attr) in param.typed.attrs.iter().filter(|attr| is_capture(attr)).enumerate() {
        if index > 0 {
            errors.report(attr, &words::captured_twice());
        } else if let Err(error) = trust::reason(attr) {
            errors.push(error);
        }
    }
}

fn pattern(param: &Param<'_>, errors: &mut Errors) {
    match &*param.typed.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {}
        pat => errors.report(pat, &words::pattern(&show(param.ty()))),
    }
}

fn lock(model: &Model<'_>, param: &Param<'_>, errors: &mut Errors) {
    let ty = param.ty();
    if model.is_async() {
        errors.report(ty, &words::lock_in_async());
    } else if !param.is_first {
        errors.report(ty, &words::lock_not_first());
    } else {
        match types::as_reference(ty) {
            None => errors.report(ty, &words::lock_by_value()),
            Some(reference) if reference.mutability.is_some() && types::last_segment(&reference.elem).is_some() => {
                let turn = model.turn();
                if let Some(lent) = reference.lifetime.as_ref().filter(|lent| Some(*lent) == turn) {
                    errors.report(lent, &generics::lock_lent_for_turn(&lent.to_string()));
                } else if let Some(ident) = types::has_static_argument(&reference.elem) {
                    errors.report(ident, &generics::static_turn());
                }
            }
            Some(_) => errors.report(ty, &words::lock_shared()),
        }
    }
}

fn event(model: &Model<'_>, param: &Param<'_>, errors: &mut Errors) {
    let ty = param.ty();
    if !model.is_async() {
        errors.report(ty, &words::event_in_sync());
    } else if !param.is_first {
        errors.report(ty, &words::event_not_first());
    } else if types::as_reference(ty).is_some() {
        errors.report(ty, &words::event_by_reference());
    }
}

fn capture(model: &Model<'_>, param: &Param<'_>, held: &Capture<'_>, errors: &mut Errors) {
    let ty = param.ty();
    let mentions = Mentions::of(&held.ty);
    let reference = types::as_reference(ty).filter(|_| held.by_ref);
    if types::is_or_refers_to(ty, "Lock") {
        errors.report(ty, &words::lock_captured());
    } else if let Some(local) = mentions.locals.first() {
        errors.report(local, &words::capture_local());
    } else if let Some(context) = mentions.contexts.first() {
        errors.report(context, &words::context(&show(ty)));
    } else if let Some(mutability) = reference.and_then(|reference| reference.mutability.as_ref()) {
        errors.report(mutability, &words::capture_by_mut(&show(&held.ty)));
    } else if let Some(reference) = reference.filter(|_| model.is_async()) {
        errors.report(reference.and_token, &words::capture_by_ref_in_async(&show(types::owned(ty))));
    } else if let Some(lifetime) = reference.and_then(|reference| reference.lifetime.as_ref())
        && model.turn() == Some(lifetime)
    {
        errors.report(lifetime, &words::capture_with_lifetime(&lifetime.to_string()));
    } else if let Some(inner) = mentions.borrow() {
        let owned = show(types::owned(&Type::Reference(inner.clone())));
        errors.report(inner, &words::capture_holds_reference(&show(inner), &owned));
    } else if let Some(lifetime) = mentions.lifetimes.first() {
        errors.report(lifetime, &words::capture_with_lifetime(&lifetime.to_string()));
    }
}

fn argument(model: &Model<'_>, param: &Param<'_>, errors: &mut Errors) {
    let mentions = Mentions::of(param.ty());
    let is_lent =
        |reference: &&TypeReference| reference.mutability.is_some() && types::last_segment(&reference.elem).is_some();
    if let Some(context) = mentions.contexts.first() {
        errors.report(context, &words::context(&show(param.ty())));
    } else if param.is_first
        && !model.is_async()
        && let Some(reference) = types::as_reference(param.ty()).filter(is_lent)
    {
        errors.report(&reference.elem, &words::lock_by_another_name(&show(reference)));
    } else if let Some(shown) = mentions.impl_traits.first() {
        errors.report(shown, &words::impl_parameter(&show(shown)));
    } else if model.is_async()
        && let Some(local) = mentions.locals.first()
    {
        errors.report(local, &words::local_in_async());
    } else if let Some(reference) = mentions.references.first() {
        let owned = show(types::owned(&Type::Reference((*reference).clone())));
        errors.report(reference, &words::argument_by_reference(&show(reference), &owned));
    } else if model.is_async()
        && let Some(lifetime) = mentions.lifetimes.first()
    {
        errors.report(lifetime, &words::async_argument_with_lifetime(&lifetime.to_string()));
    } else {
        super::generics::turn_only(model, &mentions, errors);
    }
}
