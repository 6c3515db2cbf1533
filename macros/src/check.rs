//! Everything that can be wrong with a function that parsed. The checks don't stop at the first error; each part of
//! the signature reports its most telling one, so that no error is a consequence of another.

mod generics;
mod params;

use syn::visit::Visit;
use syn::{Safety, Type};

use crate::conditions::{self, MAX_CONDITIONS};
use crate::errors::Errors;
use crate::item::is_isolate_fn;
use crate::model::{MAX_TUPLE, Model, Role};
use crate::naming;
use crate::scan::blocking::{BlockingCalls, Turns};
use crate::scan::stale::{self, Stale};
use crate::types::{self, Mentions, show};
use crate::words::{awaits, parameters, signature as words};

/// All errors of the function.
pub(crate) fn check(model: &Model<'_>) -> Errors {
    let mut errors = Errors::default();
    attributes(model, &mut errors);
    qualifiers(model, &mut errors);
    name(model, &mut errors);
    generics::check(model, &mut errors);
    params::check(model, &mut errors);
    counts(model, &mut errors);
    output(model, &mut errors);
    body(model, &mut errors);
    errors
}

fn attributes(model: &Model<'_>, errors: &mut Errors) {
    for attr in model.item.attrs.iter().filter(|attr| is_isolate_fn(attr)) {
        errors.report(attr.path(), &words::annotated_twice());
    }
}

/// `unsafe`, `extern "C"`, `...` and `self`.
fn qualifiers(model: &Model<'_>, errors: &mut Errors) {
    let sig = &model.item.sig;
    let name = sig.ident.to_string();
    if let Safety::Unsafe(token) = &sig.safety {
        errors.report(token, &words::unsafe_function(&name));
    }
    if let Some(abi) = &sig.abi {
        errors.report(abi, &words::foreign_abi(&name));
    }
    if let Some(receiver) = sig.receiver() {
        errors.report(receiver, &words::receiver());
    }
    if let Some(variadic) = &sig.variadic {
        errors.report(variadic.dots, &words::variadic());
    }
}

/// The binding has the function's name, in the namespace of types.
fn name(model: &Model<'_>, errors: &mut Errors) {
    let name = model.name();
    if naming::is_primitive(&name.to_string()) {
        errors.report(name, &words::shadows_primitive(&name.to_string()));
    }
    for ty in model.params.iter().map(|param| param.ty()).chain(model.output()) {
        for path in Mentions::of(ty).relative_paths {
            let first = &path.segments[0].ident;
            if first == name {
                errors.report(first, &words::shadows_path(&name.to_string(), &show(path)));
            }
        }
    }
}

/// What a turn takes along is a tuple, or a tuple of two tuples.
fn counts(model: &Model<'_>, errors: &mut Errors) {
    let captures: Vec<_> = model.captures().map(|(param, _)| param).collect();
    let arguments: Vec<_> = model.arguments().collect();
    for (kind, params) in [("captures", captures), ("arguments", arguments)] {
        if let Some(first_too_many) = params.get(MAX_TUPLE) {
            errors.report(&first_too_many.typed.pat, &words::too_many(kind, params.len(), MAX_TUPLE));
        }
    }
    let count = conditions::count(model.item);
    if count > MAX_CONDITIONS {
        errors.report(model.name(), &words::too_many_conditions(count, MAX_CONDITIONS));
    }
}

fn output(model: &Model<'_>, errors: &mut Errors) {
    let Some(ty) = model.output() else { return };
    let mentions = Mentions::of(ty);
    if let Type::Never(_) = types::peel(ty) {
        errors.report(ty, &words::returns_never());
    } else if let Some(shown) = mentions.impl_traits.first() {
        errors.report(shown, &words::returns_impl());
    } else if model.is_async()
        && let Some(local) = mentions.locals.first()
    {
        errors.report(local, &parameters::local_in_async());
    } else if let Some(reference) = mentions.borrow() {
        let owned = types::owned(&Type::Reference(reference.clone()));
        errors.report(reference, &words::returns_reference(&show(reference), &show(owned)));
    } else if model.is_async()
        && let Some(lifetime) = mentions.lifetimes.first()
    {
        errors.report(lifetime, &words::async_returns_borrow(&lifetime.to_string()));
    } else {
        generics::turn_only(model, &mentions, errors);
    }
}

/// A sync host function runs under the lock, and so do the turns that an async one enters. A body that doesn't parse (it
/// is being typed) isn't looked into.
fn body(model: &Model<'_>, errors: &mut Errors) {
    let Some(block) = model.item.block() else { return };
    let mut calls = BlockingCalls::default();
    if !model.is_async() {
        calls.visit_block(&block);
    } else if let Some(event) = model.params.iter().find(|param| matches!(param.role, Role::Event)) {
        let mut turns = Turns { event: &event.name, calls };
        turns.visit_block(&block);
        calls = turns.calls;
    }
    for call in calls.found {
        errors.report(&call, &words::blocking_call(&call.to_string(), model.is_async()));
    }
    if model.is_async() {
        for stale in stale::find(model, &block) {
            match stale {
                Stale::Guard(name) => errors.report(&name, &awaits::guard(&name.to_string())),
                Stale::Answer(name, question) => errors.report(&name, &awaits::answer(&name.to_string(), &question)),
            }
        }
    }
}
