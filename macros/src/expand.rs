//! The expansion: model → tokens. Nothing can fail here.
//!
//! The code is what a person would have written, but for full paths, and for locals that resolve like those of
//! `macro_rules!`. Where rustc may have something to say about one of the user's types, the code that provokes it is
//! located at that type.

mod host;
mod run;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::carry;
use crate::item::is_doc;
use crate::model::{Capture, MAX_TUPLE, Model, Param};
use crate::words::docs;
use crate::{naming, types};

/// The user's function. What it is lent of its captures are fields, so clippy's advice to take slices instead is wrong.
pub(crate) fn function(model: &Model<'_>) -> TokenStream {
    let is_lent_whole = |capture: &Capture<'_>| {
        let name = types::last_segment(&capture.ty);
        capture.by_ref && name.is_some_and(|name| SLICEABLE.iter().any(|sliceable| name == sliceable))
    };
    let allow = model.captures().any(|(_, capture)| is_lent_whole(capture)).then(|| quote!(#[allow(clippy::ptr_arg)]));
    let function = model.item.plain();
    quote!(#allow #function)
}

/// What clippy would have taken as a slice.
const SLICEABLE: [&str; 4] = ["OsString", "PathBuf", "String", "Vec"];

/// What stands beside the user's function: its binding, and what belongs to that.
pub(crate) fn expand(model: &Model<'_>) -> TokenStream {
    let context = Context::new(model);
    let binding = binding(&context);
    let host = host::implementation(&context);
    let run = (!model.is_bound_to_turn()).then(|| run::implementation(&context));
    let assertions = assertions(&context);
    quote! {
        #binding
        #host
        #run
        #assertions
    }
}

/// The model with what all parts of the expansion share.
struct Context<'a> {
    model: &'a Model<'a>,
    /// The conditions of the function, which are those of every generated item.
    conditions: TokenStream,
}

impl<'a> Context<'a> {
    fn new(model: &'a Model<'a>) -> Self {
        Self { model, conditions: carry::conditions(&model.item.attrs) }
    }

    /// The path of isolock, shown at `span`.
    fn krate(&self, span: Span) -> TokenStream {
        krate(self.model.options.krate.as_ref(), span)
    }

    /// Where the result's type is written: there rustc shows what it can't do with it.
    fn result(&self) -> Span {
        self.model.output().map_or(self.model.name().span(), Spanned::span)
    }

    /// The `where` clause of the binding's implementations. That generic captures are portable stands there once more, so
    /// that rustc says only at their types that they aren't.
    fn clause(&self) -> Option<TokenStream> {
        let generics = &self.model.generics;
        let captures = self.model.captures().filter(|(_, held)| generics.mentioned_in(held.ty.to_token_stream()));
        let portable = captures.map(|(param, held)| {
            let (ty, krate) = (&held.ty, self.krate(param.name.span()));
            let send = match held.trusted {
                None => quote!(#krate::Portable),
                Some(_) => quote!(::core::marker::Send + 'static),
            };
            let clone = (!held.by_ref).then(|| quote!(+ ::core::clone::Clone));
            quote!(#ty: #send #clone)
        });
        let predicates: Vec<_> = generics.predicates().map(ToTokens::to_token_stream).chain(portable).collect();
        (!predicates.is_empty()).then(|| quote!(where #(#predicates),*))
    }

    /// The tuple of what a call takes along, as a pattern.
    fn bundle(&self) -> TokenStream {
        self.bundle_of(|param, _| param.local().to_token_stream())
    }

    /// The same as an expression: what is trusted goes in the wrapper that says so.
    fn bundled(&self) -> TokenStream {
        self.bundle_of(|param, capture| {
            let local = param.local();
            let Some(reason) = &capture.trusted else { return local.to_token_stream() };
            let span = capture.ty.span();
            let krate = self.krate(span);
            // In a closure, because `run` is `#[track_caller]`, and what is on the list is this function.
            quote_spanned!(at(span)=> (|trusted| #krate::Trusted::new(#reason, trusted))(#local))
        })
    }

    /// `Portable` ends at twelve elements, so more of them are two tuples.
    fn bundle_of(&self, capture: impl Fn(&Param<'_>, &Capture<'_>) -> TokenStream) -> TokenStream {
        let captures: Vec<_> = self.model.captures().map(|(param, held)| capture(param, held)).collect();
        let arguments: Vec<_> = self.model.arguments().map(|param| param.local().to_token_stream()).collect();
        if captures.len() + arguments.len() > MAX_TUPLE {
            tuple(&[tuple(&captures), tuple(&arguments)])
        } else {
            tuple(&[captures, arguments].concat())
        }
    }

    /// A local of our own, beside those named after parameters.
    fn local(&self, name: &str) -> Ident {
        let locals = self.model.captures().map(|(param, _)| param).chain(self.model.arguments()).map(Param::local);
        naming::fresh(&Ident::new(name, Span::mixed_site()), locals)
    }
}

/// The struct of the captures.
///
/// What it `allow`s, like the other items: lints that concern a function's name where it becomes a type's, or that rustc
/// and clippy report at the user's tokens again, after they did so at the function. All other lints leave code of
/// macros alone.
fn binding(context: &Context<'_>) -> TokenStream {
    let Context { model, conditions } = context;
    let (name, vis) = (model.name(), &model.item.vis);
    let rust_name = name.to_string();
    let mut lines = vec![docs::binding(&rust_name, &model.js_name(), model.has_captures())];
    if model.is_bound_to_turn() {
        lines.extend([String::new(), docs::no_run()]);
    }
    let user_docs = carry::docs(&model.item.attrs);
    if !user_docs.is_empty() {
        lines.push(String::new());
    }
    let fields = model.captures().map(|(param, capture)| {
        let (field, ty) = (&param.name, &capture.ty);
        let docs = if capture.docs.is_empty() {
            doc(&[docs::field(&rust_name, &field.unraw().to_string())])
        } else {
            let docs = &capture.docs;
            quote!(#(#docs)*)
        };
        quote!(#docs #vis #field: #ty)
    });
    let lines = doc(&lines);
    let arguments = documented_arguments(context);
    // Bounds only where a field's type may need them (`T::Item`): otherwise rustc would name a wrong type twice.
    let field_types = model.captures().map(|(_, capture)| &capture.ty);
    let (declared, clause) = if model.generics.bind_struct(field_types) {
        (model.generics.declared(), model.generics.clause())
    } else {
        (model.generics.unbounded(), None)
    };
    quote! {
        #lines
        #user_docs
        #arguments
        #conditions
        #[allow(
            dead_code,
            deprecated,
            non_camel_case_types,
            non_snake_case,
            private_interfaces,
            clippy::exhaustive_structs
        )]
        #vis struct #name #declared #clause { #(#fields),* }
    }
}

/// The documentation of arguments: the binding is the only item that can have it.
fn documented_arguments(context: &Context<'_>) -> Option<TokenStream> {
    let documented = context.model.arguments().filter_map(|param| {
        let docs: Vec<_> = param.typed.attrs.iter().filter(|attr| is_doc(attr)).collect();
        let head = doc(&[String::new(), docs::argument(&param.name.unraw().to_string())]);
        (!docs.is_empty()).then(|| quote!(#head #(#docs)*))
    });
    let documented: TokenStream = documented.collect();
    let head = doc(&[String::new(), "# Arguments".to_owned()]);
    (!documented.is_empty()).then(|| quote!(#head #documented))
}

/// A check of each capture's type, where rustc's error names the type alone.
fn assertions(context: &Context<'_>) -> Option<TokenStream> {
    let Context { model, conditions } = context;
    let assertions = model.captures().map(|(_, capture)| {
        let ty = &capture.ty;
        let krate = context.krate(ty.span());
        let assert = match (capture.by_ref, &capture.trusted) {
            (false, None) => "assert_capture",
            (true, None) => "assert_capture_ref",
            (false, Some(_)) => "assert_trusted_capture",
            (true, Some(_)) => "assert_trusted_capture_ref",
        };
        let assert = Ident::new(assert, at(ty.span()));
        quote_spanned!(at(ty.span())=> #krate::__private::#assert::<#ty>();)
    });
    let check = match (model.generics.declared(), model.generics.clause()) {
        (None, _) => quote!(const _: fn() = || { #(#assertions)* };),
        (declared, clause) => quote!(const _: () = { fn captures #declared () #clause { #(#assertions)* } };),
    };
    let of_generic = (!model.generics.is_empty()).then(|| quote!(dead_code, clippy::multiple_bound_locations,));
    model.has_captures().then(|| {
        quote! {
            #conditions
            #[allow(#of_generic deprecated)]
            #check
        }
    })
}

/// Documentation, written as `/// line` is.
fn doc(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// The path of isolock, shown at `span`. A path of the user's resolves where the user wrote it (it may be `$crate`).
pub(crate) fn krate(path: Option<&Path>, span: Span) -> TokenStream {
    match path {
        None => quote_spanned!(at(span)=> ::isolock),
        Some(path) => locate(path.to_token_stream(), span),
    }
}

/// Shown at `span`, resolved like a local of `macro_rules!`.
pub(crate) fn at(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// Shows the tokens at `span`; they resolve as before.
fn locate(tokens: TokenStream, span: Span) -> TokenStream {
    let locate = |mut token: TokenTree| {
        if let TokenTree::Group(group) = token {
            let mut located = Group::new(group.delimiter(), locate(group.stream(), span));
            located.set_span(group.span().located_at(span));
            return TokenTree::Group(located);
        }
        token.set_span(token.span().located_at(span));
        token
    };
    tokens.into_iter().map(locate).collect()
}

/// A tuple, of one element too.
fn tuple(elements: &[TokenStream]) -> TokenStream {
    match elements {
        [one] => quote!((#one,)),
        elements => quote!((#(#elements),*)),
    }
}
