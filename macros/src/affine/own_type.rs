//! `Self` in a signature: on the handle it would mean the handle.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{
    ExprPath, GenericArgument, Generics, Path, PathArguments, PathSegment, QSelf, Signature, Token, Type, TypePath,
};

use super::block::Block;
use crate::expand::locate;
use crate::types;

/// The type of an `impl` block.
pub(crate) struct OwnType<'a> {
    ty: &'a Type,
    of_trait: Option<&'a Path>,
    /// How the type is written, for comparison.
    shown: String,
}

/// What a function gives to its caller, as far as values of the block's type are concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gives {
    /// None, as far as can be seen.
    Other,
    /// `Self`.
    Own,
    /// `Option<Self>`, `Result<Self, E>`.
    Inside,
}

impl<'a> OwnType<'a> {
    pub(crate) fn new(block: &'a Block) -> Self {
        Self { ty: &block.self_ty, of_trait: block.of_trait.as_ref(), shown: types::show(&block.self_ty) }
    }

    /// The signature with the type's name wherever `Self` stands.
    pub(crate) fn name_in(&self, sig: &Signature) -> Signature {
        let mut sig = sig.clone();
        // The receiver's type isn't of interest any more.
        for input in &mut sig.inputs {
            if let syn::FnArg::Typed(typed) = input {
                Name { own: self }.visit_type_mut(&mut typed.ty);
            }
        }
        Name { own: self }.visit_return_type_mut(&mut sig.output);
        Name { own: self }.visit_generics_mut(&mut sig.generics);
        sig
    }

    /// The same for what a block is generic over.
    pub(crate) fn name_in_generics(&self, generics: &Generics) -> Generics {
        let mut generics = generics.clone();
        Name { own: self }.visit_generics_mut(&mut generics);
        generics
    }

    /// Whether it is `Self`, or the type as the block writes it.
    pub(crate) fn is(&self, ty: &Type) -> bool {
        match types::peel(ty) {
            Type::Path(TypePath { qself: None, path, .. }) if path.is_ident("Self") => true,
            ty => types::show(ty) == self.shown,
        }
    }

    pub(crate) fn gives(&self, output: &Type) -> Gives {
        if self.is(output) {
            return Gives::Own;
        }
        let is_wrapper = types::last_segment(output).is_some_and(|name| name == "Option" || name == "Result");
        let inside = is_wrapper && first_argument(output).is_some_and(|ty| self.is(ty));
        if inside { Gives::Inside } else { Gives::Other }
    }

    /// `Result<Kv, E>` → `Result<KvHandle, E>`.
    pub(crate) fn as_handle(gives: Gives, output: &Type, handle: &Path) -> Type {
        let handle: Type = syn::parse_quote!(#handle);
        let mut output = types::peel(output).clone();
        match gives {
            Gives::Other => return output,
            Gives::Own => return handle,
            Gives::Inside => {}
        }
        if let Type::Path(path) = &mut output
            && let Some(PathSegment { arguments: PathArguments::AngleBracketed(arguments), .. }) =
                path.path.segments.last_mut()
            && let Some(GenericArgument::Type(first)) = arguments.args.first_mut()
        {
            *first = handle;
        }
        output
    }
}

fn first_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(TypePath { path, .. }) = types::peel(ty) else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.segments.last()?.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

struct Name<'a> {
    own: &'a OwnType<'a>,
}

impl Name<'_> {
    fn located(&self, tokens: impl ToTokens, at: &PathSegment) -> TokenStream {
        locate(tokens.to_token_stream(), at.ident.span())
    }

    /// `Self::Key` → `<Kv as Store>::Key`.
    fn qualify(&self, qself: &mut Option<QSelf>, path: &mut Path) {
        let word = path.segments[0].clone();
        let own = self.located(self.own.ty, &word);
        let rest: Vec<_> = path.segments.iter().skip(1).cloned().collect();
        let named: TypePath = match self.own.of_trait {
            Some(of_trait) => {
                let of_trait = self.located(of_trait, &word);
                syn::parse_quote!(<#own as #of_trait> #(::#rest)*)
            }
            None => syn::parse_quote!(<#own> #(::#rest)*),
        };
        (*qself, *path) = (named.qself, named.path);
    }
}

fn begins_with_self(qself: Option<&QSelf>, path: &Path) -> bool {
    qself.is_none() && path.leading_colon.is_none() && path.segments.first().is_some_and(|first| first.ident == "Self")
}

impl VisitMut for Name<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(path) = ty
            && begins_with_self(path.qself.as_ref(), &path.path)
        {
            if path.path.segments.len() > 1 {
                self.qualify(&mut path.qself, &mut path.path);
            } else {
                let span = path.path.segments.span();
                let own = locate(self.own.ty.to_token_stream(), span);
                *ty = syn::parse_quote!(#own);
            }
            return;
        }
        syn::visit_mut::visit_type_mut(self, ty);
    }

    fn visit_expr_path_mut(&mut self, expr: &mut ExprPath) {
        if begins_with_self(expr.qself.as_ref(), &expr.path) && expr.path.segments.len() > 1 {
            self.qualify(&mut expr.qself, &mut expr.path);
            return;
        }
        syn::visit_mut::visit_expr_path_mut(self, expr);
    }
}

/// The path of the handle that belongs to a type: `store::Kv<T>` → `store::KvHandle<T>`; with an option, the path that it
/// says and the type's arguments.
pub(crate) fn handle_path(ty: &Type, option: Option<&Path>) -> Option<Path> {
    let Type::Path(TypePath { qself: None, path, .. }) = types::peel(ty) else { return None };
    let own = path.segments.last()?;
    let Some(option) = option else {
        let mut path = path.clone();
        let last = path.segments.last_mut()?;
        last.ident = super::resource::handle_name(&last.ident, None);
        return Some(path);
    };
    let mut handle = option.clone();
    let last = handle.segments.last_mut()?;
    if matches!(last.arguments, PathArguments::None) {
        last.arguments = own.arguments.clone();
    }
    if let PathArguments::AngleBracketed(arguments) = &mut last.arguments {
        arguments.colon2_token = None::<Token![::]>;
    }
    Some(handle)
}
