//! The model of an annotated function: what each parameter is, and what follows from all of them.
//!
//! Lowering is total: it sorts what is there and judges nothing. `check` says what can't be expanded; `expand` sees
//! models without errors only.

use quote::format_ident;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Ident, Lifetime, LitStr, Pat, PatType, ReturnType, Type};

use crate::attr::Options;
use crate::generics::Generics;
use crate::item::{Item, is_capture, is_doc};
use crate::types::{self, Mentions};
use crate::{naming, trust};

/// `Portable` is implemented for tuples of up to this many elements.
pub(crate) const MAX_TUPLE: usize = 12;

pub(crate) struct Model<'a> {
    pub(crate) item: &'a Item,
    pub(crate) options: &'a Options,
    /// All parameters but `self`, in order.
    pub(crate) params: Vec<Param<'a>>,
    /// What the binding is generic over.
    pub(crate) generics: Generics,
}

/// One parameter.
pub(crate) struct Param<'a> {
    pub(crate) typed: &'a PatType,
    /// Its name; a number for a pattern, which `check` refuses.
    pub(crate) name: Ident,
    /// What generated code calls it: its name, unless an earlier parameter looks the same, as one from a call of a
    /// `macro_rules!` macro and one from that macro's definition may.
    alias: Ident,
    pub(crate) role: Role<'a>,
    /// Whether it is the function's first one.
    pub(crate) is_first: bool,
}

/// What a parameter is. Only its own syntax decides: whether it may be that is up to `check`.
pub(crate) enum Role<'a> {
    /// `lock: &mut Lock<'_>`: lent by the turn.
    Lock,
    /// `ev: Event`: made for the call.
    Event,
    /// `#[capture]`: a field of the binding.
    Capture(Box<Capture<'a>>),
    /// Anything else: an argument from JavaScript.
    Argument,
}

/// A field of the binding.
pub(crate) struct Capture<'a> {
    /// The field's type: for `&T` it is `T`. A `&'static T` is a value like any other. For an `impl Trait` it is a
    /// parameter of the binding.
    pub(crate) ty: Type,
    pub(crate) by_ref: bool,
    pub(crate) docs: Vec<&'a Attribute>,
    /// Why it may cross although its type isn't `Portable`.
    pub(crate) trusted: Option<LitStr>,
}

impl<'a> Param<'a> {
    fn lower(index: usize, typed: &'a PatType, earlier: &[Self], generics: &mut Generics) -> Self {
        let name = match &*typed.pat {
            Pat::Ident(pat) => pat.ident.clone(),
            pat => format_ident!("_{index}", span = pat.span()),
        };
        let ty = &typed.ty;
        let role = if typed.attrs.iter().any(is_capture) {
            Role::Capture(Box::new(Capture::lower(&name, typed, generics)))
        } else if types::is_or_refers_to(ty, "Lock") {
            Role::Lock
        } else if types::is_or_refers_to(ty, "Event") {
            Role::Event
        } else {
            Role::Argument
        };
        let alias = naming::fresh(&name, earlier.iter().map(|param| param.alias.clone()));
        Self { typed, name, alias, role, is_first: index == 0 }
    }

    pub(crate) fn ty(&self) -> &'a Type {
        &self.typed.ty
    }

    /// The generated code's local for it.
    pub(crate) fn local(&self) -> Ident {
        naming::local(&self.alias)
    }
}

impl<'a> Capture<'a> {
    fn lower(name: &Ident, typed: &'a PatType, generics: &mut Generics) -> Self {
        let docs = typed.attrs.iter().filter(|attr| is_doc(attr)).collect();
        let attr = typed.attrs.iter().find(|attr| is_capture(attr));
        let trusted = attr.and_then(|attr| trust::reason(attr).ok().flatten());
        let (ty, by_ref) = match types::as_reference(&typed.ty) {
            Some(reference) if !types::is_static_reference(reference) => (&*reference.elem, true),
            _ => (&*typed.ty, false),
        };
        Self { ty: generics.name_impl_traits(name, ty), by_ref, docs, trusted }
    }
}

impl<'a> Model<'a> {
    pub(crate) fn lower(item: &'a Item, options: &'a Options) -> Self {
        let mut generics = Generics::of(&item.sig);
        let mut params = Vec::new();
        for (index, input) in item.sig.inputs.iter().enumerate() {
            if let FnArg::Typed(typed) = input {
                params.push(Param::lower(index, typed, &params, &mut generics));
            }
        }
        Self { item, options, params, generics }
    }

    pub(crate) fn name(&self) -> &'a Ident {
        &self.item.sig.ident
    }

    /// The name that JavaScript calls it by.
    pub(crate) fn js_name(&self) -> String {
        match &self.options.name {
            Some(name) => name.value(),
            None => naming::camel_case(self.name()),
        }
    }

    pub(crate) fn is_async(&self) -> bool {
        self.item.sig.asyncness.is_some()
    }

    pub(crate) fn takes_lock(&self) -> bool {
        self.params.iter().any(|param| matches!(param.role, Role::Lock))
    }

    pub(crate) fn captures(&self) -> impl Iterator<Item = (&Param<'a>, &Capture<'a>)> {
        self.params.iter().filter_map(|param| match &param.role {
            Role::Capture(capture) => Some((param, &**capture)),
            _ => None,
        })
    }

    pub(crate) fn has_captures(&self) -> bool {
        self.captures().next().is_some()
    }

    /// The arguments from JavaScript.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Param<'a>> {
        self.params.iter().filter(|param| matches!(param.role, Role::Argument))
    }

    /// How many arguments JavaScript has to pass: those before the first `Option`.
    pub(crate) fn length(&self) -> i32 {
        let required =
            self.arguments().take_while(|param| types::last_segment(param.ty()).is_none_or(|ty| ty != "Option"));
        i32::try_from(required.count()).unwrap_or(i32::MAX)
    }

    /// The type it returns, if it names one.
    pub(crate) fn output(&self) -> Option<&'a Type> {
        match &self.item.sig.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some(ty),
        }
    }

    /// The function's name for the turn's lifetime: the one in `Lock<'s>`, or else the first one in an argument or the
    /// result.
    pub(crate) fn turn(&self) -> Option<&'a Lifetime> {
        let is_named = |lifetime: &&Lifetime| lifetime.ident != "_";
        let of_lock = self.params.iter().find(|param| matches!(param.role, Role::Lock)).map(Param::ty);
        let types = of_lock.into_iter().chain(self.arguments().map(Param::ty)).chain(self.output());
        types.filter_map(|ty| Mentions::of(ty).lifetimes.into_iter().find(is_named)).next()
    }

    /// Whether values of the turn go in or come out, so that it can't be called from outside of a turn.
    pub(crate) fn is_bound_to_turn(&self) -> bool {
        self.arguments().map(Param::ty).chain(self.output()).any(|ty| Mentions::of(ty).is_bound_to_turn())
    }
}
