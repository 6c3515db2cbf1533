//! Everything that can be wrong with a marked method.

use syn::visit::Visit;
use syn::{Pat, Safety, Type};

use super::marker;
use super::method::{Access, Argument, Lent, Method, Param, Role};
use super::own_type::{Gives, OwnType};
use crate::check::params::only_lints;
use crate::conditions::{self, MAX_CONDITIONS};
use crate::errors::Errors;
use crate::item::{is_capture, is_isolate_fn};
use crate::model::MAX_TUPLE;
use crate::scan::blocking::{BlockingCalls, Turns};
use crate::scan::stale::{self, Stale};
use crate::types::{self, Mentions, show};
use crate::words::{self, awaits, methods as own, parameters};

/// All errors of the method; `handle` is the handle's name.
pub(crate) fn check(method: &Method<'_>, ty: &OwnType<'_>, handle: &str) -> Errors {
    let mut errors = Errors::default();
    markers(method, &mut errors);
    qualifiers(method, handle, &mut errors);
    for param in &method.params {
        attributes(param, &mut errors);
        pattern(param, &mut errors);
        match &param.role {
            Role::This => {}
            Role::Lock => lock(method, param, &mut errors),
            Role::Event => event(method, param, &mut errors),
            Role::Argument(held) => argument(method, param, held, ty, handle, &mut errors),
        }
    }
    if let Some((first_too_many, _)) = method.arguments().nth(MAX_TUPLE) {
        let count = method.arguments().count();
        errors.report(&first_too_many.typed.pat, &words::signature::too_many("arguments", count, MAX_TUPLE));
    }
    let count = conditions::count(method.item);
    if count > MAX_CONDITIONS {
        errors.report(method.name(), &words::signature::too_many_conditions(count, MAX_CONDITIONS));
    }
    output(method, handle, &mut errors);
    body(method, &mut errors);
    errors
}

/// `#[isolate_fn]` stands once, bare or with `nested`.
fn markers(method: &Method<'_>, errors: &mut Errors) {
    for (index, attr) in method.item.attrs.iter().filter(|attr| is_isolate_fn(attr)).enumerate() {
        if index > 0 {
            errors.report(attr.path(), &own::marked_twice());
        } else if let Err(error) = marker::is_nested(attr) {
            errors.push(error);
        }
    }
}

/// `unsafe`, `extern "C"`, `...` and the receiver.
fn qualifiers(method: &Method<'_>, handle: &str, errors: &mut Errors) {
    let sig = &method.item.sig;
    let name = sig.ident.to_string();
    if let Safety::Unsafe(token) = &sig.safety {
        errors.report(token, &own::unsafe_method(&name));
    }
    if let Some(abi) = &sig.abi {
        errors.report(abi, &own::foreign_abi(&name));
    }
    if let Some(receiver) = sig.receiver().filter(|_| method.is_async()) {
        errors.report(receiver, &own::async_receiver(&name, handle));
    } else if let Access::Unsupported(ty) = method.access {
        errors.report(ty, &own::receiver(&show(ty)));
    }
    if let Some(variadic) = &sig.variadic {
        errors.report(variadic.dots, &own::variadic());
    }
    for param in sig.generics.lifetimes().filter(|_| method.is_async()) {
        errors.report(&param.lifetime, &own::async_lifetime(&param.lifetime.to_string()));
    }
}

fn attributes(param: &Param<'_>, errors: &mut Errors) {
    let is_argument = matches!(param.role, Role::Argument(_));
    for attr in &param.typed.attrs {
        if attr.path().is_ident("cfg") && !(is_argument && conditions::is_condition(attr)) {
            errors.report(attr.path(), &own::conditional_given());
        } else if attr.path().is_ident("cfg_attr") && !only_lints(attr) {
            errors.report(attr.path(), &own::conditional_attribute());
        } else if is_capture(attr) {
            errors.report(attr, &own::captured());
        }
    }
}

fn pattern(param: &Param<'_>, errors: &mut Errors) {
    match &*param.typed.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {}
        pat => errors.report(pat, &own::pattern(&show(param.ty()))),
    }
}

fn lock(method: &Method<'_>, param: &Param<'_>, errors: &mut Errors) {
    let ty = param.ty();
    if method.is_async() {
        errors.report(ty, &own::lock_in_async());
    } else if param.index > 0 {
        errors.report(ty, &own::lock_not_first());
    } else {
        match types::as_reference(ty) {
            Some(reference) if reference.mutability.is_some() && types::last_segment(&reference.elem).is_some() => {}
            Some(_) => errors.report(ty, &own::lock_shared()),
            None => errors.report(ty, &own::lock_by_value()),
        }
    }
}

fn event(method: &Method<'_>, param: &Param<'_>, errors: &mut Errors) {
    let ty = param.ty();
    let place = usize::from(matches!(method.params[0].role, Role::This));
    if !method.is_async() {
        errors.report(ty, &own::event_in_sync());
    } else if param.index != place {
        errors.report(ty, &own::event_not_first());
    } else if types::as_reference(ty).is_some() {
        errors.report(ty, &parameters::event_by_reference());
    }
}

fn argument(
    method: &Method<'_>,
    param: &Param<'_>,
    held: &Argument,
    own_type: &OwnType<'_>,
    handle: &str,
    errors: &mut Errors,
) {
    let ty = param.ty();
    let mentions = Mentions::of(ty);
    let reference = types::as_reference(ty).filter(|_| held.lent != Lent::No);
    let behind = reference.map_or(ty, |reference| &reference.elem);
    if is_misplaced_this(method, param) {
        errors.report(ty, &own::this_of_other_type(&show(ty), handle));
    } else if own_type.is(behind) {
        errors.report(ty, &own::own_argument(&show(ty), handle));
    } else if let Some(context) = mentions.contexts.first() {
        errors.report(context, &parameters::context(&show(ty)));
    } else if let Some(local) = mentions.locals.first() {
        errors.report(local, &own::local());
    } else if let Some(reference) = reference.filter(|_| method.is_async()) {
        errors.report(reference.and_token, &own::borrowed_in_async(&show(types::owned(ty))));
    } else if let Some(mutability) = reference.and_then(|reference| reference.mutability.as_ref()) {
        errors.report(mutability, &own::lent_mutably(&show(behind)));
    } else if let Some(inner) = Mentions::of(behind).borrow() {
        let owned = types::owned(&Type::Reference(inner.clone()));
        errors.report(inner, &own::borrow_inside(&show(inner), &show(owned)));
    } else if let Some(lifetime) = mentions.lifetimes.first() {
        errors.report(lifetime, &own::argument_lifetime(&lifetime.to_string()));
    }
}

/// `this` first in an async method, and of a type that isn't the handle's.
fn is_misplaced_this(method: &Method<'_>, param: &Param<'_>) -> bool {
    method.is_async() && param.index == 0 && param.name == "this"
}

fn output(method: &Method<'_>, handle: &str, errors: &mut Errors) {
    let Some(ty) = method.written_output() else { return };
    let mentions = Mentions::of(ty);
    if let Type::Never(_) = types::peel(ty) {
        errors.report(ty, &own::returns_never());
    } else if method.is_async() && method.gives != Gives::Other {
        errors.report(ty, &own::async_returns_own(&show(ty), handle));
    } else if let Some(shown) = mentions.impl_traits.first() {
        errors.report(shown, &own::returns_impl());
    } else if let Some(local) = mentions.locals.first() {
        errors.report(local, &own::returns_local());
    } else if let Some(reference) = mentions.borrow() {
        let owned = types::owned(&Type::Reference(reference.clone()));
        errors.report(reference, &own::returns_reference(&show(reference), &show(owned)));
    } else if let Some(lifetime) = mentions.lifetimes.first() {
        errors.report(lifetime, &own::returns_borrow(&lifetime.to_string()));
    }
}

/// What can be seen of the body: calls that block under the lock, and what is kept across an await.
fn body(method: &Method<'_>, errors: &mut Errors) {
    let Some(block) = method.item.block() else { return };
    let mut calls = BlockingCalls::default();
    if !method.is_async() {
        calls.visit_block(&block);
    } else if let Some(event) = method.params.iter().find(|param| matches!(param.role, Role::Event)) {
        let mut turns = Turns { event: &event.name, calls };
        turns.visit_block(&block);
        calls = turns.calls;
    }
    for call in calls.found {
        errors.report(&call, &words::signature::blocking_call(&call.to_string(), method.is_async()));
    }
    if method.is_async() {
        for stale in stale::find(method.params.iter().map(|param| (&param.name, param.ty())), &block) {
            match stale {
                Stale::Guard(name) => errors.report(&name, &awaits::guard(&name.to_string())),
                Stale::Answer(name, question) => errors.report(&name, &awaits::answer(&name.to_string(), &question)),
            }
        }
    }
}
