//! The checks of lifetimes, and of type and const parameters.

use syn::{GenericParam, Lifetime, WherePredicate};

use crate::conditions;
use crate::errors::Errors;
use crate::model::Model;
use crate::types::Mentions;
use crate::words::{generics as words, parameters};

pub(super) fn check(model: &Model<'_>, errors: &mut Errors) {
    let generics = &model.item.sig.generics;
    for param in &generics.params {
        let (GenericParam::Type(syn::TypeParam { attrs, .. })
        | GenericParam::Const(syn::ConstParam { attrs, .. })
        | GenericParam::Lifetime(syn::LifetimeParam { attrs, .. })) = param;
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")) {
            errors.report(attr.path(), &parameters::conditional_generic());
        }
    }
    unnamed(model, errors);
    if model.is_async() {
        for param in generics.lifetimes() {
            errors.report(&param.lifetime, &words::async_lifetime(&param.lifetime.to_string()));
        }
        return;
    }
    let turn = model.turn();
    for param in generics.lifetimes() {
        for bound in &param.bounds {
            outlives(&param.lifetime, bound, turn, errors);
        }
    }
    for predicate in generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
        if let WherePredicate::Lifetime(predicate) = predicate {
            for bound in &predicate.bounds {
                outlives(&predicate.lifetime, bound, turn, errors);
            }
        }
    }
}

/// A parameter that no capture has: nobody could say what it is when the binding is installed.
fn unnamed(model: &Model<'_>, errors: &mut Errors) {
    let function = model.name().to_string();
    // What is conditional may not be there to say it.
    let always = model.captures().filter(|(param, _)| !param.typed.attrs.iter().any(conditions::is_condition));
    for param in model.generics.not_in(always.map(|(_, capture)| &capture.ty)) {
        match param {
            GenericParam::Type(param) => {
                errors.report(&param.ident, &words::type_in_no_capture(&function, &param.ident))
            }
            GenericParam::Const(param) => {
                errors.report(&param.ident, &words::const_in_no_capture(&function, &param.ident));
            }
            GenericParam::Lifetime(_) => {}
        }
    }
}

/// What a call is lent doesn't outlive the turn, and the turn ends.
fn outlives(long: &Lifetime, short: &Lifetime, turn: Option<&Lifetime>, errors: &mut Errors) {
    if short.ident == "static" || (Some(short) == turn && long != short) {
        errors.report(short, &words::bounded_lifetime(&long.to_string(), &short.to_string()));
    }
}

/// An argument or a result has one lifetime: the turn's.
pub(super) fn turn_only(model: &Model<'_>, mentions: &Mentions<'_>, errors: &mut Errors) {
    if let Some(local) = mentions.static_locals.first() {
        errors.report(local, &words::static_local());
        return;
    }
    let Some(turn) = model.turn() else { return };
    if let Some(other) = mentions.lifetimes.iter().find(|lifetime| lifetime.ident != "_" && **lifetime != turn) {
        errors.report(other, &words::other_lifetime(&other.to_string(), &turn.to_string()));
    }
}
