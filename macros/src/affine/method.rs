//! The model of a marked method: what each parameter is, and what becomes of the result.

use quote::format_ident;
use syn::spanned::Spanned;
use syn::{FnArg, Ident, Pat, PatType, Path, ReceiverKind, ReturnType, Signature, Type, TypeSlice};

use super::marker;
use super::own_type::{Gives, OwnType};
use crate::generics::Generics;
use crate::item::{Item, is_isolate_fn};
use crate::naming;
use crate::types;

/// A function of the block that the handle has, too.
pub(crate) struct Method<'a> {
    pub(crate) item: &'a Item,
    pub(crate) access: Access<'a>,
    /// All parameters but `self`, in order.
    pub(crate) params: Vec<Param<'a>>,
    /// What the handle's method is generic over, beside the block.
    pub(crate) generics: Generics,
    /// The type that it returns, with the type's name for `Self`.
    pub(crate) output: Option<Type>,
    pub(crate) gives: Gives,
    /// Whether its `Result` stays inside the one of the entry.
    pub(crate) nested: bool,
}

/// How the method reaches the value.
#[derive(Clone, Copy)]
pub(crate) enum Access<'a> {
    /// `&self`.
    Shared,
    /// `&mut self`.
    Mut,
    /// `self`: the value leaves its owner.
    Taken,
    /// `self: Box<Self>` and the like.
    Unsupported(&'a Type),
    /// An associated function.
    None,
}

pub(crate) struct Param<'a> {
    pub(crate) typed: &'a PatType,
    /// Its name; a number for a pattern, which `check` refuses.
    pub(crate) name: Ident,
    /// What generated code calls it.
    alias: Ident,
    pub(crate) role: Role,
    /// Where it stands, not counting `self`.
    pub(crate) index: usize,
}

/// What a parameter is, by its own syntax and, for `this`, by its place.
pub(crate) enum Role {
    /// `lock: &mut Lock<'_>`.
    Lock,
    /// `ev: Event`.
    Event,
    /// `this: KvHandle`, first in an async method.
    This,
    /// Anything else: the caller gives it.
    Argument(Box<Argument>),
}

/// What the handle's method takes for a parameter of the method.
pub(crate) struct Argument {
    /// The parameter's type, or what owns the value behind a reference; with the type's name for `Self`.
    pub(crate) ty: Type,
    pub(crate) lent: Lent,
}

/// How the method gets an argument.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lent {
    /// By value.
    No,
    /// `&T`: the caller gives a `T`.
    AsIs,
    /// `&str`, `&[T]`, `&dyn Trait`: the caller gives a `String`, a `Vec<T>`, a `Box<dyn Trait>`.
    Behind,
}

impl<'a> Method<'a> {
    pub(crate) fn lower(item: &'a Item, own: &OwnType<'_>, handle: Option<&Path>) -> Self {
        let named = own.name_in(&item.sig);
        let mut generics = Generics::of(&named);
        let mut params: Vec<Param<'a>> = Vec::new();
        for (input, named) in item.sig.inputs.iter().zip(&named.inputs) {
            if let (FnArg::Typed(typed), FnArg::Typed(named)) = (input, named) {
                let is_this = item.sig.asyncness.is_some() && params.is_empty() && is_handle(&typed.ty, handle);
                params.push(Param::lower(typed, &named.ty, is_this, &params, &mut generics));
            }
        }
        let output = match (&item.sig.output, named.output) {
            (ReturnType::Type(_, written), ReturnType::Type(_, named)) => Some((&**written, *named)),
            _ => None,
        };
        let gives = output.as_ref().map_or(Gives::Other, |(written, _)| own.gives(written));
        let mut markers = item.attrs.iter().filter(|attr| is_isolate_fn(attr));
        let nested = markers.next().is_some_and(|attr| marker::is_nested(attr).unwrap_or(false));
        let output = output.map(|(_, named)| named);
        Self { item, access: Access::of(&item.sig), params, generics, output, gives, nested }
    }

    pub(crate) fn name(&self) -> &'a Ident {
        &self.item.sig.ident
    }

    pub(crate) fn is_async(&self) -> bool {
        self.item.sig.asyncness.is_some()
    }

    /// The result's type as it is written.
    pub(crate) fn written_output(&self) -> Option<&'a Type> {
        match &self.item.sig.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some(ty),
        }
    }

    /// Whether the handle's method has the method's own `Result`, with one `?` for both.
    pub(crate) fn is_flat(&self) -> bool {
        let is_result = |ty: &Type| types::last_segment(ty).is_some_and(|name| name == "Result");
        !self.nested && self.output.as_ref().is_some_and(is_result)
    }

    pub(crate) fn arguments(&self) -> impl Iterator<Item = (&Param<'a>, &Argument)> {
        self.params.iter().filter_map(|param| match &param.role {
            Role::Argument(argument) => Some((param, &**argument)),
            _ => None,
        })
    }

    /// Whether it is called on a handle: it has a receiver, or `this`.
    pub(crate) fn is_of_value(&self) -> bool {
        !matches!(self.access, Access::None) || self.params.iter().any(|param| matches!(param.role, Role::This))
    }
}

impl<'a> Access<'a> {
    fn of(sig: &'a Signature) -> Self {
        let Some(receiver) = sig.receiver() else { return Self::None };
        let is_self = |ty: &Type| matches!(types::peel(ty), Type::Path(path) if path.path.is_ident("Self"));
        let ty = match &receiver.kind {
            ReceiverKind::Value => return Self::Taken,
            ReceiverKind::Reference(_, _, None) => return Self::Shared,
            ReceiverKind::Reference(_, _, Some(_)) => return Self::Mut,
            ReceiverKind::Typed(_, ty) => ty,
            _ => return Self::None,
        };
        match types::peel(ty) {
            Type::Reference(reference) if is_self(&reference.elem) => {
                if reference.mutability.is_some() {
                    Self::Mut
                } else {
                    Self::Shared
                }
            }
            inner if is_self(inner) => Self::Taken,
            _ => Self::Unsupported(ty),
        }
    }
}

impl<'a> Param<'a> {
    fn lower(typed: &'a PatType, named: &Type, is_this: bool, earlier: &[Self], generics: &mut Generics) -> Self {
        let index = earlier.len();
        let name = match &*typed.pat {
            Pat::Ident(pat) => pat.ident.clone(),
            pat => format_ident!("_{index}", span = pat.span()),
        };
        let role = if is_this {
            Role::This
        } else if types::is_or_refers_to(&typed.ty, "Lock") {
            Role::Lock
        } else if types::is_or_refers_to(&typed.ty, "Event") {
            Role::Event
        } else {
            let (ty, lent) = match types::as_reference(named) {
                Some(reference) if !types::is_static_reference(reference) => owner_of(&reference.elem),
                _ => (named.clone(), Lent::No),
            };
            Role::Argument(Box::new(Argument { ty: generics.name_impl_traits(&name, &ty), lent }))
        };
        let alias = naming::fresh(&name, earlier.iter().map(|param| param.alias.clone()));
        Self { typed, name, alias, role, index }
    }

    pub(crate) fn ty(&self) -> &'a Type {
        &self.typed.ty
    }

    /// The generated code's local for it.
    pub(crate) fn local(&self) -> Ident {
        naming::local(&self.alias)
    }
}

/// What owns a value that is lent.
fn owner_of(behind: &Type) -> (Type, Lent) {
    let owner = match types::peel(behind) {
        Type::Slice(TypeSlice { elem, .. }) => syn::parse_quote!(::std::vec::Vec<#elem>),
        Type::TraitObject(object) => syn::parse_quote!(::std::boxed::Box<#object>),
        ty if types::last_segment(ty).is_some_and(|name| name == "str") => syn::parse_quote!(::std::string::String),
        ty => return (ty.clone(), Lent::AsIs),
    };
    (owner, Lent::Behind)
}

/// Whether the type ends with the handle's name.
fn is_handle(ty: &Type, handle: Option<&Path>) -> bool {
    let handle = handle.and_then(|path| path.segments.last()).map(|segment| &segment.ident);
    handle.is_some() && types::last_segment(ty) == handle
}
