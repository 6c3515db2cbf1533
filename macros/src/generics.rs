//! The type and const parameters of a generic function, as its binding has them.
//!
//! The binding is generic over what the function is generic over, with the same bounds, and an `impl Trait` of a capture
//! is a parameter of its own. Lifetimes are not among them: they belong to one call. Where a bound speaks of one of the
//! function's lifetimes, the binding needs it for all of them: `T: IntoJs<'s>` → `for<'s> T: IntoJs<'s>`.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{
    BoundLifetimes, GenericParam, Ident, Lifetime, LifetimeParam, PredicateType, Signature, Token, Type, TypeImplTrait,
    TypeParam, TypeParamBound, TypePath, WherePredicate,
};

use crate::{naming, types};

/// The parameters of the binding.
#[derive(Default)]
pub(crate) struct Generics {
    /// Without attributes and defaults.
    params: Vec<GenericParam>,
    /// How many of them the function names itself; the others are the `impl Trait`s of captures.
    named: usize,
    predicates: Vec<WherePredicate>,
    /// The lifetimes of the function.
    lifetimes: Vec<Lifetime>,
    /// Every word of the signature: a name that isn't among them is free.
    words: HashSet<String>,
}

impl Generics {
    pub(crate) fn of(sig: &Signature) -> Self {
        let lifetimes = sig.generics.lifetimes().map(|param| param.lifetime.clone()).collect();
        let mut generics = Self { lifetimes, words: types::words(sig), ..Self::default() };
        for param in &sig.generics.params {
            match param {
                GenericParam::Lifetime(_) => {}
                GenericParam::Type(param) => generics.add(param.ident.clone(), &param.bounds),
                GenericParam::Const(param) => {
                    let mut param = param.clone();
                    (param.attrs, param.default) = (Vec::new(), None);
                    generics.params.push(GenericParam::Const(param));
                }
            }
        }
        generics.named = generics.params.len();
        for predicate in sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
            if let WherePredicate::Type(predicate) = predicate
                // What concerns no parameter holds or doesn't, and rustc says so at the function.
                && generics.mentioned_in(predicate.to_token_stream())
            {
                generics.require(predicate.clone());
            }
        }
        generics
    }

    /// The type of the capture `name`, with each `impl Trait` in it replaced by a parameter of the binding.
    pub(crate) fn name_impl_traits(&mut self, name: &Ident, ty: &Type) -> Type {
        let mut ty = ty.clone();
        NameImplTraits { generics: self, name }.visit_type_mut(&mut ty);
        ty
    }

    fn add(&mut self, ident: Ident, bounds: &Punctuated<TypeParamBound, Token![+]>) {
        let of_call = |bound: &&TypeParamBound| mentions_lifetime(bound.to_token_stream(), &self.lifetimes);
        let (of_call, own): (Vec<_>, Vec<_>) = bounds.iter().partition(of_call);
        let own: Punctuated<_, Token![+]> = own.into_iter().cloned().collect();
        let of_call: Punctuated<_, Token![+]> = of_call.into_iter().cloned().collect();
        let mut param = TypeParam::from(ident);
        if !own.is_empty() {
            param.colon_token = Some(<Token![:]>::default());
            param.bounds = own;
        }
        if !of_call.is_empty() {
            let ident = &param.ident;
            self.require(PredicateType {
                attrs: Vec::new(),
                lifetimes: None,
                bounded_ty: syn::parse_quote!(#ident),
                colon_token: <Token![:]>::default(),
                bounds: of_call,
            });
        }
        self.params.push(GenericParam::Type(param));
    }

    fn require(&mut self, mut predicate: PredicateType) {
        let tokens = predicate.to_token_stream();
        let of_call = self.lifetimes.iter().filter(|lifetime| mentions_lifetime(tokens.clone(), [*lifetime]));
        let of_call: Vec<_> =
            of_call.cloned().map(|lifetime| GenericParam::Lifetime(LifetimeParam::new(lifetime))).collect();
        if !of_call.is_empty() {
            let bound = predicate.lifetimes.get_or_insert_with(|| BoundLifetimes {
                for_token: <Token![for]>::default(),
                lt_token: <Token![<]>::default(),
                lifetimes: Punctuated::new(),
                gt_token: <Token![>]>::default(),
            });
            bound.lifetimes.extend(of_call);
        }
        self.predicates.push(WherePredicate::Type(predicate));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.params.is_empty()
    }

    /// Whether a parameter of the function is mentioned.
    pub(crate) fn mentioned_in(&self, tokens: TokenStream) -> bool {
        let words = types::words(tokens);
        self.params.iter().any(|param| words.contains(&name(param).to_string()))
    }

    /// The function's own parameters that none of `types` mentions.
    pub(crate) fn not_in<'a>(&self, types: impl Iterator<Item = &'a Type>) -> Vec<&GenericParam> {
        let words: HashSet<_> = types.flat_map(types::words).collect();
        self.params[..self.named].iter().filter(|param| !words.contains(&name(param).to_string())).collect()
    }

    /// `<T: Clone, const N: usize>`, or nothing.
    pub(crate) fn declared(&self) -> Option<TokenStream> {
        let params = &self.params;
        (!params.is_empty()).then(|| quote!(<#(#params),*>))
    }

    /// `<T, const N: usize>`, or nothing.
    pub(crate) fn unbounded(&self) -> Option<TokenStream> {
        let params = self.params.iter().map(|param| match param {
            GenericParam::Type(param) => param.ident.to_token_stream(),
            param => param.to_token_stream(),
        });
        (!self.params.is_empty()).then(|| quote!(<#(#params),*>))
    }

    /// Whether the binding's struct has to have the bounds: if one of its fields' types may exist for some parameters
    /// only, being neither a parameter nor one of the standard containers, which ask for nothing; if a parameter may be
    /// unsized; or if it may be a closure, whose parameters' types rustc finds by the bound.
    pub(crate) fn bind_struct<'a>(&self, fields: impl Iterator<Item = &'a Type>) -> bool {
        let mut bounds = Bounds { generics: self, found: false };
        fields.for_each(|ty| bounds.visit_type(ty));
        let (params, predicates) = (&self.params, &self.predicates);
        let written = quote!(#(#params)* #(#predicates)*);
        let is_fn = |word: &String| matches!(word.as_str(), "Fn" | "FnMut" | "FnOnce");
        bounds.found || written.to_string().contains('?') || types::words(written).iter().any(is_fn)
    }

    /// `<T, N>`, or nothing.
    pub(crate) fn arguments(&self) -> Option<TokenStream> {
        let names = self.names();
        (!names.is_empty()).then(|| quote!(<#(#names),*>))
    }

    /// The names of all parameters.
    pub(crate) fn names(&self) -> Vec<&Ident> {
        self.params.iter().map(name).collect()
    }

    /// `::<T, N>` of a call of the function, or nothing.
    pub(crate) fn turbofish(&self) -> Option<TokenStream> {
        let names = self.params[..self.named].iter().map(name);
        (self.named > 0).then(|| quote!(::<#(#names),*>))
    }

    /// What its `where` clause has.
    pub(crate) fn predicates(&self) -> impl Iterator<Item = &WherePredicate> {
        self.predicates.iter()
    }

    /// `where ..`, or nothing.
    pub(crate) fn clause(&self) -> Option<TokenStream> {
        let predicates = &self.predicates;
        (!predicates.is_empty()).then(|| quote!(where #(#predicates),*))
    }
}

fn name(param: &GenericParam) -> &Ident {
    match param {
        GenericParam::Type(param) => &param.ident,
        GenericParam::Const(param) => &param.ident,
        GenericParam::Lifetime(param) => &param.lifetime.ident,
    }
}

struct Bounds<'a> {
    generics: &'a Generics,
    found: bool,
}

impl Visit<'_> for Bounds<'_> {
    fn visit_type_path(&mut self, ty: &TypePath) {
        if ty.path.get_ident().is_some() || !self.generics.mentioned_in(ty.to_token_stream()) {
            return;
        }
        self.found |= ty.qself.is_some()
            || !ty.path.segments.last().is_some_and(|last| UNBOUNDED.iter().any(|name| last.ident == name));
        syn::visit::visit_type_path(self, ty);
    }

    fn visit_type(&mut self, ty: &Type) {
        match ty {
            Type::Path(_) | Type::Array(_) | Type::Tuple(_) | Type::Paren(_) | Type::Group(_) => {
                syn::visit::visit_type(self, ty)
            }
            ty => self.found |= self.generics.mentioned_in(ty.to_token_stream()),
        }
    }
}

/// Types of the standard library that ask for nothing of their parameters.
const UNBOUNDED: [&str; 14] = [
    "Arc",
    "BTreeMap",
    "BTreeSet",
    "Box",
    "HashMap",
    "HashSet",
    "Mutex",
    "OnceLock",
    "Option",
    "PhantomData",
    "Result",
    "RwLock",
    "Vec",
    "VecDeque",
];

struct NameImplTraits<'a> {
    generics: &'a mut Generics,
    name: &'a Ident,
}

impl VisitMut for NameImplTraits<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        // The parentheses of `&(impl A + B)` would be too many around a name.
        if let Type::Paren(paren) = ty
            && matches!(*paren.elem, Type::ImplTrait(_))
        {
            *ty = (*paren.elem).clone();
        }
        let Type::ImplTrait(TypeImplTrait { impl_token, bounds, .. }) = ty else {
            return syn::visit_mut::visit_type_mut(self, ty);
        };
        let words = &mut self.generics.words;
        let mut ident = format_ident!("Impl{}", naming::upper_camel_case(self.name), span = impl_token.span);
        while !words.insert(ident.to_string()) {
            ident = format_ident!("{ident}_");
        }
        self.generics.add(ident.clone(), bounds);
        *ty = syn::parse_quote!(#ident);
    }
}

/// Whether one of the lifetimes is written somewhere in `tokens`.
pub(crate) fn mentions_lifetime<'a>(
    tokens: TokenStream,
    lifetimes: impl IntoIterator<Item = &'a Lifetime> + Clone,
) -> bool {
    let mut after_quote = false;
    tokens.into_iter().any(|token| {
        let found = match &token {
            TokenTree::Ident(ident) => {
                after_quote && lifetimes.clone().into_iter().any(|lifetime| lifetime.ident == *ident)
            }
            TokenTree::Group(group) => mentions_lifetime(group.stream(), lifetimes.clone()),
            _ => false,
        };
        after_quote = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
        found
    })
}
