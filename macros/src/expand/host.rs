//! The function as V8 calls it: arguments are converted, captures are lent or cloned, the result is converted back.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Lifetime, LitStr};

use super::{Context, at};
use crate::model::{Model, Param, Role};

/// `impl HostFunction for binding`.
pub(super) fn implementation(context: &Context<'_>) -> TokenStream {
    let Context { model, conditions } = context;
    let name = model.name();
    let krate = context.krate(name.span());
    let js_name = js_name(model);
    let length = Literal::i32_unsuffixed(model.length());
    // The user's name for the turn's lifetime, so that the argument types can be written as they are.
    let lifetime = model.turn().cloned().unwrap_or_else(|| Lifetime::new("'s", Span::mixed_site()));
    let lock = context.local("lock");
    let args_name = if model.arguments().next().is_some() { "args" } else { "_args" };
    let args = context.local(args_name);
    let conversions = model.arguments().enumerate().map(|(index, param)| conversion(index, param, &args, &lock));
    let register = register(context);
    let (declared, arguments, clause) = (model.generics.declared(), model.generics.arguments(), context.clause());
    let outcome = if model.is_async() { start(context, &lock) } else { call(context, &lock) };
    quote! {
        #conditions
        #[automatically_derived]
        #[allow(dead_code, deprecated)]
        impl #declared #krate::__private::HostFunction for #name #arguments #clause {
            const NAME: &'static str = #js_name;
            const LENGTH: i32 = #length;

            #register

            fn call<#lifetime>(
                &self,
                #lock: &mut #krate::Lock<#lifetime>,
                #args: &#krate::__private::Arguments<#lifetime>,
            ) -> #krate::__private::Outcome<#lifetime> {
                #(#conversions)*
                #outcome
            }
        }
    }
}

fn js_name(model: &Model<'_>) -> LitStr {
    model.options.name.clone().unwrap_or_else(|| LitStr::new(&model.js_name(), model.name().span()))
}

/// `let url = args.get::<String>(lock, 0, "url")?;`
fn conversion(index: usize, param: &Param<'_>, args: &Ident, lock: &Ident) -> TokenStream {
    let ty = param.ty();
    let local = param.local();
    let index = Literal::usize_unsuffixed(index);
    let shown = param.name.unraw().to_string();
    let get = quote_spanned!(at(ty.span())=> get::<#ty>);
    quote!(let #local = #args.#get(#lock, #index, #shown)?;)
}

/// Puts what is trusted on the list of everything that is.
fn register(context: &Context<'_>) -> Option<TokenStream> {
    let trusted = context.model.captures().filter_map(|(_, capture)| {
        let (ty, reason) = (&capture.ty, capture.trusted.as_ref()?);
        let krate = context.krate(ty.span());
        Some(quote_spanned!(at(ty.span())=> #krate::__private::record_trusted::<#ty>(#reason);))
    });
    let trusted: Vec<_> = trusted.collect();
    (!trusted.is_empty()).then(|| quote!(fn register() { #(#trusted)* }))
}

/// A sync function: `into_outcome(name(lock, &self.capture, arg), lock)`.
fn call(context: &Context<'_>, lock: &Ident) -> TokenStream {
    let model = context.model;
    let name = model.name();
    let values = model.params.iter().map(|param| match &param.role {
        Role::Lock => lock.to_token_stream(),
        Role::Capture(capture) if capture.by_ref => {
            let field = &param.name;
            quote!(&self.#field)
        }
        Role::Capture(_) => clone(param),
        Role::Event | Role::Argument => param.local().to_token_stream(),
    });
    let (result, krate) = (context.result(), context.krate(context.result()));
    let into_outcome = quote_spanned!(at(result)=> #krate::__private::IntoOutcome::into_outcome);
    let turbofish = model.generics.turbofish();
    quote_spanned!(at(result)=> #into_outcome(#name #turbofish (#(#values),*), #lock))
}

/// An async function: it starts with clones of the captures, and JavaScript gets a promise.
fn start(context: &Context<'_>, lock: &Ident) -> TokenStream {
    let model = context.model;
    let clones = model.captures().map(|(param, _)| {
        let (local, clone) = (param.local(), clone(param));
        quote!(let #local = #clone;)
    });
    let call = super::run::body(context);
    let bundle = context.bundled();
    let name = model.name().span();
    let krate = context.krate(name);
    let start = quote_spanned! {at(name)=>
        #krate::__private::start(#lock, <Self as #krate::__private::HostFunction>::NAME, #bundle, #call)
    };
    quote! {
        #(#clones)*
        #start
    }
}

/// `::core::clone::Clone::clone(&self.field)`, at the capture's type, which has to be `Clone`.
fn clone(param: &Param<'_>) -> TokenStream {
    let field = &param.name;
    let clone = quote_spanned!(at(param.ty().span())=> ::core::clone::Clone::clone);
    quote!(#clone(&self.#field))
}
