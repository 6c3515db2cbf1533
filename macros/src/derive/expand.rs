//! The derive's expansion.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{DeriveInput, GenericParam, Generics, Lifetime};

use super::options::Options;
use crate::expand::{at, krate};

/// `impl Portable for Type {}`.
///
/// The trait wants its types to be `Send`, so rustc says at the type's name that a field isn't, besides what it says at
/// that field. A `where` clause would silence it here, and have it said at each use of the type instead.
pub(super) fn portable(input: &DeriveInput, options: &Options) -> TokenStream {
    let name = &input.ident;
    let krate = krate(options.krate.as_ref(), name.span());
    let Header { params, arguments, bounds } = Header::new(input, options);
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #params #krate::Portable for #name #arguments #bounds {}
    }
}

/// A check of each field's type. It stands in an impl, where `Self` is what it is in the fields, and in a constant,
/// which leaves nothing behind in the program.
pub(super) fn fields(input: &DeriveInput, options: &Options) -> Option<TokenStream> {
    let name = &input.ident;
    let path = krate(options.krate.as_ref(), name.span());
    let Header { params, arguments, bounds } = Header::new(input, options);
    let fields = super::fields(&input.data);
    let checks = fields.iter().map(|field| {
        let ty = &field.ty;
        let krate = krate(options.krate.as_ref(), ty.span());
        quote_spanned!(at(ty.span())=> #krate::__private::assert_portable::<#ty>();)
    });
    (!fields.is_empty()).then(|| {
        quote! {
            #[automatically_derived]
            #[allow(deprecated)]
            impl #params #path::__private::PortableFields for #name #arguments #bounds {
                const CHECKED: () = { #(#checks)* };
            }
        }
    })
}

/// What stands around the names in an impl's first line.
struct Header {
    /// `<T: Clone, const N: usize>`
    params: TokenStream,
    /// `<T, N>`
    arguments: TokenStream,
    /// `where ..`
    bounds: TokenStream,
}

impl Header {
    fn new(input: &DeriveInput, options: &Options) -> Self {
        let mut generics = input.generics.clone();
        // Lifetimes were reported. What is portable is `'static`, so the impl is for that.
        let lifetimes: Vec<_> = generics.lifetimes().map(|param| param.lifetime.clone()).collect();
        MakeStatic { lifetimes: &lifetimes }.visit_generics_mut(&mut generics);
        let arguments = arguments(&generics);
        generics.params =
            generics.params.into_iter().filter(|param| !matches!(param, GenericParam::Lifetime(_))).collect();
        let bounds = bounds(&generics, input, options);
        let (params, ..) = generics.split_for_impl();
        Self { params: params.to_token_stream(), arguments, bounds }
    }
}

/// `<'static, T, N>`
fn arguments(generics: &Generics) -> TokenStream {
    let arguments = generics.params.iter().map(|param| match param {
        GenericParam::Lifetime(param) => param.lifetime.to_token_stream(),
        GenericParam::Type(param) => param.ident.to_token_stream(),
        GenericParam::Const(param) => param.ident.to_token_stream(),
    });
    if generics.params.is_empty() { TokenStream::new() } else { quote!(<#(#arguments),*>) }
}

/// The type's own `where` clause, and `T: Portable` for each type parameter or what the options say instead.
fn bounds(generics: &Generics, input: &DeriveInput, options: &Options) -> TokenStream {
    let own = generics.where_clause.iter().flat_map(|clause| &clause.predicates).map(ToTokens::to_token_stream);
    let bounds: Vec<_> = match &options.bound {
        Some(bound) => own.chain(bound.iter().map(ToTokens::to_token_stream)).collect(),
        None => {
            let portable = input.generics.type_params().map(|param| {
                let ty = &param.ident;
                let krate = krate(options.krate.as_ref(), ty.span());
                quote_spanned!(at(ty.span())=> #ty: #krate::Portable)
            });
            own.chain(portable).collect()
        }
    };
    if bounds.is_empty() { TokenStream::new() } else { quote!(where #(#bounds),*) }
}

struct MakeStatic<'a> {
    lifetimes: &'a [Lifetime],
}

impl VisitMut for MakeStatic<'_> {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if self.lifetimes.contains(lifetime) {
            *lifetime = Lifetime::new("'static", Span::mixed_site().located_at(lifetime.span()));
        }
    }
}
