//! The function as Rust calls it from outside of a turn.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{Context, at, doc};
use crate::model::Role;
use crate::words::docs;

/// `impl binding { fn run(..) }`.
pub(super) fn implementation(context: &Context<'_>) -> TokenStream {
    let Context { model, conditions } = context;
    let (name, vis) = (model.name(), &model.item.vis);
    let krate = context.krate(name.span());
    let docs = doc(&docs::run(&name.to_string(), model.is_async()));
    let ctx = context.local("ctx");
    let receiver = model.has_captures().then(|| quote!(self,));
    let arguments = model.arguments().map(|param| {
        let (local, ty) = (param.local(), param.ty());
        quote!(#local: #ty)
    });
    let (declared, arguments_of_type, clause) =
        (model.generics.declared(), model.generics.arguments(), context.clause());
    let output = model.output().map_or_else(|| quote!(()), ToTokens::to_token_stream);
    let take_apart = model.has_captures().then(|| {
        let fields = model.captures().map(|(param, _)| {
            let (field, local) = (&param.name, param.local());
            if *field == local { quote!(#local) } else { quote!(#field: #local) }
        });
        quote!(let Self { #(#fields),* } = self;)
    });
    // All of it is located at the function's name. rustc complains about one type here and there in it, and words that
    // stand at the same place are shown once.
    let span = at(name.span());
    let enter = if model.is_async() {
        quote_spanned!(span=> #krate::__private::run_async)
    } else {
        quote_spanned!(span=> #krate::IoContext::run)
    };
    let (bundle, body) = (context.bundled(), body(context));
    let entry = quote_spanned!(span=> #enter(#ctx, #bundle, #body));
    let parameters = model.generics.names();
    let future = quote_spanned! {span=>
        impl ::core::future::Future<
            Output = ::core::result::Result<#output, #krate::RunError>,
        > + ::core::marker::Send + use<#(#parameters),*>
    };
    quote! {
        #conditions
        #[allow(dead_code, deprecated, private_interfaces, clippy::too_many_arguments)]
        impl #declared #name #arguments_of_type #clause {
            #docs
            #[track_caller]
            #vis fn run(
                #receiver
                #ctx: &#krate::IoContext,
                #(#arguments),*
            ) -> #future {
                #take_apart
                #entry
            }
        }
    }
}

/// The closure that calls the function with what it was given: `|ev, (client, url)| fetch_text(ev, client, url)`. It
/// mentions nothing else, so it is a `fn` pointer.
pub(super) fn body(context: &Context<'_>) -> TokenStream {
    let model = context.model;
    let name = model.name();
    let bundle = context.bundle();
    let (given, takes_it) = if model.is_async() {
        ("ev", model.params.iter().any(|param| matches!(param.role, Role::Event)))
    } else {
        ("lock", model.takes_lock())
    };
    let given = if takes_it { given.to_owned() } else { format!("_{given}") };
    let given = context.local(&given);
    let values = model.params.iter().map(|param| match &param.role {
        Role::Lock | Role::Event => given.to_token_stream(),
        Role::Capture(capture) => {
            let borrow = capture.by_ref.then(|| quote!(&));
            let local = param.local();
            if capture.trusted.is_none() {
                return quote!(#borrow #local);
            }
            let span = capture.ty.span();
            let krate = context.krate(span);
            let into_inner = quote_spanned!(at(span)=> #krate::Trusted::into_inner);
            quote!(#borrow #into_inner(#local))
        }
        Role::Argument => param.local().to_token_stream(),
    });
    let turbofish = model.generics.turbofish();
    quote_spanned!(at(name.span())=> |#given, #bundle| #name #turbofish (#(#values),*))
}
