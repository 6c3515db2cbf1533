//! The type's expansion: the type, its handle, what the runtime asks of both, and the checks of the fields.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Generics, Path};

use super::attr::{Options, Owner, Said};
use super::resource::{Resource, handle_name, is_thread_affine};
use super::{fields, kept, krate};
use crate::errors::Errors;
use crate::expand::{at, doc};
use crate::words::{affine as words, docs};
use crate::{carry, types};

/// The expansion, without the errors.
pub(crate) fn expand(item: &Resource, options: &Options, errors: &mut Errors) -> TokenStream {
    let plain = item.plain();
    let owner = check(item, options, errors);
    let assertions = fields::check(item, owner, options.krate.as_ref(), errors);
    // Without an owner, or with a lifetime, nothing could be said of the handle that holds.
    let (Some(owner), None) = (owner, item.generics().lifetimes().next()) else { return plain };
    let parts = Parts::new(item, options, owner);
    let handle = parts.handle();
    let affine = parts.affine();
    let assertions = parts.assertions(&assertions);
    quote! {
        #plain
        #handle
        #affine
        #assertions
    }
}

fn check(item: &Resource, options: &Options, errors: &mut Errors) -> Option<Owner> {
    for attr in item.attrs().iter().filter(|attr| is_thread_affine(attr)) {
        errors.report(attr.path(), &words::annotated_twice());
    }
    if let Some(Said { key, value }) = &options.handle
        && value.get_ident().is_none()
    {
        errors.report(value, &words::handle_of_type_not_a_name(&types::show(value), &key.to_string()));
    }
    for param in item.generics().lifetimes() {
        errors.report(&param.lifetime, &words::lifetime(&item.name().to_string(), &param.lifetime.to_string()));
    }
    let owner = options.owner.as_ref().map(|said| said.value);
    if owner.is_none() && !options.bad_owner {
        errors.push(syn::Error::new(proc_macro2::Span::call_site(), words::no_owner(&item.name().to_string())));
    }
    owner
}

/// What all parts of the expansion share.
struct Parts<'a> {
    item: &'a Resource,
    owner: Owner,
    path: Option<&'a Path>,
    /// The name of the handle.
    handle: Ident,
    /// The conditions of the type, which are those of every generated item.
    conditions: TokenStream,
    /// As the type declares them, with defaults.
    declared: Generics,
}

impl<'a> Parts<'a> {
    fn new(item: &'a Resource, options: &'a Options, owner: Owner) -> Self {
        Self {
            item,
            owner,
            path: options.krate.as_ref(),
            handle: handle_name(item.name(), options.handle.as_ref()),
            conditions: carry::conditions(item.attrs()),
            declared: kept(item.generics()),
        }
    }

    fn krate(&self) -> TokenStream {
        krate(self.path, self.item.name().span())
    }

    /// The handle and its traits. It has no method of its own: those names are the user's.
    fn handle(&self) -> TokenStream {
        let Self { item, handle, conditions, declared, .. } = self;
        let (name, vis, krate) = (item.name(), item.vis(), self.krate());
        let (generics, arguments, clause) = declared.split_for_impl();
        let mut lines = docs::handle(&name.to_string(), self.owner.word());
        let user_docs = carry::docs(item.attrs());
        if !user_docs.is_empty() {
            lines.push(String::new());
        }
        let docs = doc(&lines);
        let allow = quote!(#[allow(dead_code, deprecated, private_bounds, private_interfaces)]);
        let weak = quote!(#krate::WeakHomed<#name #arguments>);
        quote! {
            #docs
            #user_docs
            #conditions
            #[allow(dead_code, deprecated, private_bounds, private_interfaces, clippy::exhaustive_structs)]
            #vis struct #handle #declared (#weak) #clause;

            #conditions
            #[automatically_derived]
            #allow
            impl #generics ::core::clone::Clone for #handle #arguments #clause {
                fn clone(&self) -> Self {
                    Self(::core::clone::Clone::clone(&self.0))
                }
            }

            #conditions
            #[automatically_derived]
            #allow
            impl #generics ::core::fmt::Debug for #handle #arguments #clause {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::core::fmt::Debug::fmt(&self.0, f)
                }
            }

            #conditions
            #[automatically_derived]
            #allow
            impl #generics ::core::convert::From<#weak> for #handle #arguments #clause {
                fn from(weak: #weak) -> Self {
                    Self(weak)
                }
            }

            #conditions
            #[automatically_derived]
            #allow
            impl #generics ::core::ops::Deref for #handle #arguments #clause {
                type Target = #weak;

                fn deref(&self) -> &Self::Target {
                    &self.0
                }
            }

            #conditions
            #[automatically_derived]
            #allow
            impl #generics #krate::Portable for #handle #arguments #clause {}
        }
    }

    /// What the runtime asks of the type.
    fn affine(&self) -> TokenStream {
        let Self { item, handle, conditions, declared, .. } = self;
        let (name, krate) = (item.name(), self.krate());
        let (generics, arguments, clause) = declared.split_for_impl();
        let owner = Ident::new(self.owner.variant(), at(name.span()));
        let rust_name = name.to_string();
        let predicates: Vec<_> = clause.map(|clause| &clause.predicates).into_iter().flatten().collect();
        let owned = match self.owner {
            Owner::Thread => quote!(impl #generics #krate::OwnedHere for #name #arguments #clause {}),
            // A field that isn't `Send` was reported at the field; a bound with a lifetime isn't reported here again.
            Owner::Isolate | Owner::Context => quote! {
                impl #generics #krate::OwnedInTurns for #name #arguments
                where
                    #(#predicates,)*
                    for<'turn> #name #arguments: ::core::marker::Send,
                {}
            },
        };
        quote! {
            #conditions
            #[automatically_derived]
            #[allow(deprecated, private_interfaces)]
            impl #generics #krate::Affine for #name #arguments #clause {
                const OWNER: #krate::Owner = #krate::Owner::#owner;
                const NAME: &'static str = #rust_name;
                type Handle = #handle #arguments;
            }

            #conditions
            #[automatically_derived]
            #[allow(deprecated)]
            #owned

            // Never applies: it carries the words for values that are captured, and leaves no room for a real one.
            #conditions
            #[automatically_derived]
            #[allow(deprecated)]
            impl #generics #krate::Portable for #name #arguments
            where
                #(#predicates,)*
                for<'turn> #name #arguments: ::core::marker::Send,
                for<'turn> &'turn #name #arguments: #krate::__private::affine::UseTheHandle,
            {}
        }
    }

    /// A check of each field's type, where rustc's error names the type alone.
    fn assertions(&self, assertions: &[TokenStream]) -> Option<TokenStream> {
        if assertions.is_empty() {
            return None;
        }
        let Self { conditions, declared, .. } = self;
        let check = if declared.params.is_empty() {
            quote!(const _: fn() = || { #(#assertions)* };)
        } else {
            let (generics, _, clause) = declared.split_for_impl();
            quote!(const _: () = { fn fields #generics () #clause { #(#assertions)* } };)
        };
        Some(quote! {
            #conditions
            #[allow(dead_code, deprecated)]
            #check
        })
    }
}
