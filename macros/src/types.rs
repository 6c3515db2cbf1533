//! What can be seen of a type by its syntax.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{
    GenericArgument, Ident, Lifetime, ParenthesizedGenericArguments, Path, PathArguments, TraitBound, Type, TypeFnPtr,
    TypeImplTrait, TypePath, TypeReference,
};

/// The type inside parentheses and the invisible groups of `macro_rules!`.
pub(crate) fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Paren(paren) => peel(&paren.elem),
        Type::Group(group) => peel(&group.elem),
        ty => ty,
    }
}

/// The reference, if it is one.
pub(crate) fn as_reference(ty: &Type) -> Option<&TypeReference> {
    match peel(ty) {
        Type::Reference(reference) => Some(reference),
        _ => None,
    }
}

/// `Lock` of `isolock::Lock<'_>`.
pub(crate) fn last_segment(ty: &Type) -> Option<&Ident> {
    match peel(ty) {
        Type::Path(TypePath { qself: None, path, .. }) => path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// Whether the type, or what it refers to, is a path that ends with `name`.
pub(crate) fn is_or_refers_to(ty: &Type, name: &str) -> bool {
    match as_reference(ty) {
        Some(reference) => is_or_refers_to(&reference.elem, name),
        None => last_segment(ty).is_some_and(|segment| segment == name),
    }
}

/// Whether a lifetime is `'static`, the only one that outlives turns.
fn is_static(lifetime: &Lifetime) -> bool {
    lifetime.ident == "static"
}

/// `&'static T`, which is a value like any other.
pub(crate) fn is_static_reference(reference: &TypeReference) -> bool {
    reference.lifetime.as_ref().is_some_and(is_static)
}

/// Whether one of the arguments is `'static`.
fn has_static(arguments: &PathArguments) -> bool {
    let PathArguments::AngleBracketed(arguments) = arguments else { return false };
    arguments.args.iter().any(|arg| matches!(arg, GenericArgument::Lifetime(lifetime) if is_static(lifetime)))
}

/// The last segment of a path like `Lock<'static>`.
pub(crate) fn has_static_argument(ty: &Type) -> Option<&Ident> {
    match peel(ty) {
        Type::Path(TypePath { path, .. }) => {
            path.segments.last().filter(|segment| has_static(&segment.arguments)).map(|segment| &segment.ident)
        }
        _ => None,
    }
}

/// What a type mentions. Function types (`fn(&str)`, `dyn Fn(&str) -> R`) and `for<'a>` bounds are left out: what they
/// mention is not held by the value.
#[derive(Default)]
pub(crate) struct Mentions<'a> {
    /// References, `'static` ones too; their own lifetimes are not among the `lifetimes`.
    pub(crate) references: Vec<&'a TypeReference>,
    /// Lifetimes other than `'static`, outside of references.
    pub(crate) lifetimes: Vec<&'a Lifetime>,
    /// `Local<..>`. Without arguments it is another type: `DateTime<Local>` of chrono.
    pub(crate) locals: Vec<&'a Ident>,
    /// Those that are `Local<'static, ..>`.
    pub(crate) static_locals: Vec<&'a Ident>,
    /// `IoContext`.
    pub(crate) contexts: Vec<&'a Ident>,
    /// `impl Trait`.
    pub(crate) impl_traits: Vec<&'a TypeImplTrait>,
    /// Paths of more than one segment, without a leading `::`.
    pub(crate) relative_paths: Vec<&'a Path>,
}

impl<'a> Mentions<'a> {
    pub(crate) fn of(ty: &'a Type) -> Self {
        let mut mentions = Self::default();
        mentions.visit_type(ty);
        mentions
    }

    /// The first reference that isn't `'static`.
    pub(crate) fn borrow(&self) -> Option<&'a TypeReference> {
        self.references.iter().copied().find(|reference| !is_static_reference(reference))
    }

    /// Whether a value of the type may hold on to something of the turn.
    pub(crate) fn is_bound_to_turn(&self) -> bool {
        !self.locals.is_empty() || !self.lifetimes.is_empty()
    }
}

impl<'a> Visit<'a> for Mentions<'a> {
    fn visit_type_reference(&mut self, reference: &'a TypeReference) {
        self.references.push(reference);
        self.visit_type(&reference.elem);
    }

    fn visit_lifetime(&mut self, lifetime: &'a Lifetime) {
        if !is_static(lifetime) {
            self.lifetimes.push(lifetime);
        }
    }

    fn visit_path(&mut self, path: &'a Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            self.relative_paths.push(path);
        }
        for segment in &path.segments {
            let has_arguments = !matches!(segment.arguments, PathArguments::None);
            if segment.ident == "Local" && has_arguments {
                self.locals.push(&segment.ident);
                if has_static(&segment.arguments) {
                    self.static_locals.push(&segment.ident);
                }
            } else if segment.ident == "IoContext" {
                self.contexts.push(&segment.ident);
            }
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_type_impl_trait(&mut self, impl_trait: &'a TypeImplTrait) {
        self.impl_traits.push(impl_trait);
    }

    fn visit_trait_bound(&mut self, bound: &'a TraitBound) {
        if bound.lifetimes.is_none() {
            syn::visit::visit_trait_bound(self, bound);
        }
    }

    fn visit_generic_argument(&mut self, argument: &'a GenericArgument) {
        // The expressions of const arguments hold nothing.
        if !matches!(argument, GenericArgument::Const(_)) {
            syn::visit::visit_generic_argument(self, argument);
        }
    }

    fn visit_expr(&mut self, _length_of_an_array: &'a syn::Expr) {}

    fn visit_parenthesized_generic_arguments(&mut self, _arguments_of_a_fn: &'a ParenthesizedGenericArguments) {}

    fn visit_type_fn_ptr(&mut self, _function: &'a TypeFnPtr) {}
}

/// Every word in it.
pub(crate) fn words(tokens: impl ToTokens) -> HashSet<String> {
    fn collect(tokens: TokenStream, words: &mut HashSet<String>) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => drop(words.insert(ident.to_string())),
                TokenTree::Group(group) => collect(group.stream(), words),
                _ => {}
            }
        }
    }
    let mut words = HashSet::new();
    collect(tokens.to_token_stream(), &mut words);
    words
}

/// The type with its references replaced by what owns the value: `Option<&str>` → `Option<String>`.
pub(crate) fn owned(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Owned.visit_type_mut(&mut ty);
    ty
}

struct Owned;

impl VisitMut for Owned {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        syn::visit_mut::visit_type_mut(self, ty);
        let Type::Reference(reference) = ty else { return };
        let elem = &reference.elem;
        let owned = match peel(elem) {
            Type::Slice(slice) => {
                let elem = &slice.elem;
                Some(syn::parse_quote!(Vec<#elem>))
            }
            elem if last_segment(elem).is_some_and(|name| name == "str") => Some(syn::parse_quote!(String)),
            Type::TraitObject(_) => Some(syn::parse_quote!(Box<#elem>)),
            _ => None,
        };
        *ty = owned.unwrap_or_else(|| (**elem).clone());
    }
}

/// Tokens as a person writes them: `&mut Lock<'_>`, not `& mut Lock < '_ >`.
pub(crate) fn show(tokens: impl ToTokens) -> String {
    let mut out = String::new();
    write(tokens.to_token_stream(), &mut out);
    out
}

fn write(tokens: TokenStream, out: &mut String) {
    // The last token, as far as it decides about a space before the next one.
    enum Last {
        Other,
        Word,
        /// `mut`, `dyn`, a lifetime: unlike names, they don't touch the parenthesis that follows.
        Prefix,
        /// The half of an arrow or of a lifetime that comes first.
        Punct(char),
    }
    let mut last = Last::Other;
    for token in tokens {
        last = match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                if matches!((&last, open), (Last::Prefix, _) | (Last::Word, "[" | "{ ")) {
                    out.push(' ');
                }
                out.push_str(open);
                write(group.stream(), out);
                out.push_str(close);
                Last::Word
            }
            TokenTree::Punct(punct) => {
                let char = punct.as_char();
                match (&last, char) {
                    (_, ',' | ';') => out.extend([char, ' ']),
                    (_, '+' | '=') => out.extend([' ', char, ' ']),
                    (_, '-') if punct.spacing() == Spacing::Joint => out.push_str(" -"),
                    (Last::Punct('-'), '>') => out.push_str("> "),
                    (Last::Word | Last::Prefix, '\'' | '&') => out.extend([' ', char]),
                    _ => out.push(char),
                }
                Last::Punct(char)
            }
            token @ (TokenTree::Ident(_) | TokenTree::Literal(_)) => {
                if matches!(last, Last::Word | Last::Prefix) {
                    out.push(' ');
                }
                let word = token.to_string();
                out.push_str(&word);
                let is_prefix = matches!(last, Last::Punct('\'')) || matches!(word.as_str(), "mut" | "dyn" | "impl");
                if is_prefix { Last::Prefix } else { Last::Word }
            }
        }
    }
}
