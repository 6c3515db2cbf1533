//! A method of the handle: what the method is called with is listed in a tuple, and a turn of the owner calls it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::GenericParam;

use super::expand_block::Shared;
use super::krate;
use super::method::{Access, Lent, Method, Param, Role};
use super::own_type::{Gives, OwnType};
use crate::expand::{at, doc, tuple};
use crate::model::MAX_TUPLE;
use crate::words::docs;
use crate::{carry, naming, types};

/// `pub fn hits(&self) -> impl Future<Output = Result<u64, RunError>> + Send + use<> { .. }`
pub(crate) fn wrapper(method: &Method<'_>, shared: &Shared<'_>) -> TokenStream {
    let wrapper = Wrapper { method, shared };
    let attrs = &method.item.attrs;
    let (conditions, deprecations, user_docs) =
        (carry::conditions(attrs), carry::deprecations(attrs), carry::docs(attrs));
    let mut lines = docs::method(&wrapper.shown(), method.is_async(), method.is_of_value(), method.is_flat());
    if !user_docs.is_empty() {
        lines.insert(0, String::new());
    }
    let docs = doc(&lines);
    // What a trait has is as visible as the trait, which nothing here says.
    let vis = match shared.of_trait {
        Some(_) => quote!(pub),
        None => method.item.vis.to_token_stream(),
    };
    let name = method.name();
    let krate = wrapper.krate();
    let receiver = if method.is_of_value() {
        quote_spanned!(wrapper.span()=> &self,)
    } else {
        let ctx = wrapper.local("ctx");
        quote!(#ctx: &#krate::IoContext,)
    };
    let arguments = method.arguments().map(|(param, argument)| {
        let (local, ty) = (param.local(), &argument.ty);
        quote!(#local: #ty)
    });
    let (declared, clause) = (method.generics.declared(), method.generics.clause());
    let future = wrapper.future();
    let body = wrapper.body();
    quote! {
        #user_docs
        #docs
        #conditions
        #deprecations
        #[track_caller]
        #vis fn #name #declared (#receiver #(#arguments),*) -> #future #clause {
            #body
        }
    }
}

struct Wrapper<'a> {
    method: &'a Method<'a>,
    shared: &'a Shared<'a>,
}

impl Wrapper<'_> {
    /// All of it is located at the method's name: rustc complains about one type here and there in it, and words that
    /// stand at the same place are shown once.
    fn span(&self) -> Span {
        at(self.method.name().span())
    }

    fn krate(&self) -> TokenStream {
        krate(self.shared.krate, self.method.name().span())
    }

    /// `Kv::hits`, for people.
    fn shown(&self) -> String {
        let ty = types::last_segment(self.shared.self_ty).map(Ident::to_string).unwrap_or_default();
        format!("{ty}::{}", self.method.name())
    }

    /// A local of our own, beside those named after parameters.
    fn local(&self, name: &str) -> Ident {
        naming::fresh(&Ident::new(name, Span::mixed_site()), self.method.arguments().map(|(param, _)| param.local()))
    }

    fn future(&self) -> TokenStream {
        let krate = self.krate();
        let output = match &self.method.output {
            None => quote!(()),
            Some(ty) => OwnType::as_handle(self.method.gives, ty, self.shared.handle).into_token_stream(),
        };
        let output =
            if self.method.is_flat() { output } else { quote!(::core::result::Result<#output, #krate::RunError>) };
        let names = self.shared.generics.params.iter().filter_map(|param| match param {
            GenericParam::Type(param) => Some(&param.ident),
            GenericParam::Const(param) => Some(&param.ident),
            GenericParam::Lifetime(_) => None,
        });
        let names = names.chain(self.method.generics.names());
        quote_spanned! {self.span()=>
            impl ::core::future::Future<Output = #output> + ::core::marker::Send + use<#(#names),*>
        }
    }

    /// The tuple of what a call takes along, as a pattern and, with `first` for `this`, as an expression.
    fn bundle(&self, first: Option<TokenStream>) -> TokenStream {
        let arguments: Vec<_> = self.method.arguments().map(|(param, _)| param.local().into_token_stream()).collect();
        match first {
            None => tuple(&arguments),
            Some(first) if arguments.len() == MAX_TUPLE => tuple(&[first, tuple(&arguments)]),
            Some(first) => tuple(&[&[first], &arguments[..]].concat()),
        }
    }

    fn body(&self) -> TokenStream {
        let (krate, span) = (self.krate(), self.span());
        let of_value = self.method.is_of_value();
        if self.method.is_async() {
            let ev = self.local(self.given("ev", |role| matches!(role, Role::Event)));
            let this = self.local("this");
            let call = self.call(&[(Role::This, this.to_token_stream()), (Role::Event, ev.to_token_stream())]);
            let entry = if of_value {
                let value = quote_spanned!(span=> ::core::clone::Clone::clone(self));
                let (taken, pattern) = (self.bundle(Some(value)), self.bundle(Some(this.to_token_stream())));
                let weak = quote_spanned!(span=> ::core::ops::Deref::deref(self));
                quote_spanned!(span=> #krate::__private::affine::run_async(#weak, #taken, |#ev, #pattern| #call))
            } else {
                let (ctx, bundle) = (self.local("ctx"), self.bundle(None));
                quote_spanned!(span=> #krate::__private::run_async(#ctx, #bundle, |#ev, #bundle| #call))
            };
            return if self.method.is_flat() {
                quote_spanned!(span=> #krate::__private::affine::flat_async(#entry))
            } else {
                entry
            };
        }
        let lock = self.local("lock");
        if of_value {
            let this = self.local("this");
            let value = quote_spanned!(span=> ::core::clone::Clone::clone(::core::ops::Deref::deref(self)));
            let (taken, pattern) = (self.bundle(Some(value)), self.bundle(Some(this.to_token_stream())));
            let turn = self.turn(&this, &lock);
            let weak = quote_spanned!(span=> ::core::ops::Deref::deref(self));
            return quote_spanned!(span=> #krate::__private::affine::run(#weak, #taken, |#lock, #pattern| #turn));
        }
        let (ctx, bundle) = (self.local("ctx"), self.bundle(None));
        let takes_lock = self.method.gives != Gives::Other;
        let given = if takes_lock { lock } else { self.local(self.given("lock", |role| matches!(role, Role::Lock))) };
        let call = self.call(&[(Role::Lock, given.to_token_stream())]);
        let call = match self.method.gives {
            Gives::Other => call,
            Gives::Own => quote_spanned! {span=> {
                let value = #call;
                #krate::Lock::own(#given, value)
            }},
            Gives::Inside => quote_spanned! {span=> {
                let value = #call;
                value.map(|value| #krate::Lock::own(#given, value))
            }},
        };
        let enter = if self.method.is_flat() { "try_run" } else { "run" };
        let enter = Ident::new(enter, span);
        quote_spanned!(span=> #krate::IoContext::#enter(#ctx, #bundle, |#given, #bundle| #call))
    }

    /// The method called on the value, in a turn of its owner.
    fn turn(&self, this: &Ident, lock: &Ident) -> TokenStream {
        let (krate, span, shown) = (self.krate(), self.span(), self.shown());
        let open = match self.method.access {
            Access::Shared => "turn_with",
            Access::Mut => "turn_with_mut",
            _ => "turn_take",
        };
        let open = Ident::new(open, span);
        let value = self.local("value");
        let result = if matches!(self.method.access, Access::Taken) {
            let call = self.call(&[(Role::This, value.to_token_stream()), (Role::Lock, lock.to_token_stream())]);
            quote_spanned!(span=> #krate::__private::affine::#open(&#this, #lock, #shown).map(|#value| #call))
        } else {
            let given = self.local(self.given("lock", |role| matches!(role, Role::Lock)));
            let call = self.call(&[(Role::This, value.to_token_stream()), (Role::Lock, given.to_token_stream())]);
            quote_spanned! {span=>
                #krate::__private::affine::#open(&#this, #lock, #shown, |#value, #given| #call)
            }
        };
        let result = if self.method.is_flat() {
            quote_spanned!(span=> #krate::__private::affine::flat(#result))
        } else {
            result
        };
        match self.method.gives {
            Gives::Other => result,
            Gives::Inside if !self.method.is_flat() => {
                quote_spanned!(span=> #result.map(|value| value.map(|value| #krate::Lock::own(#lock, value))))
            }
            Gives::Own | Gives::Inside => quote_spanned!(span=> #result.map(|value| #krate::Lock::own(#lock, value))),
        }
    }

    /// The name of what a closure is given, with an underscore if nothing uses it.
    fn given(&self, name: &'static str, is_it: fn(&Role) -> bool) -> &'static str {
        let used = self.method.params.iter().any(|param| is_it(&param.role));
        match (name, used) {
            (name, true) => name,
            ("ev", false) => "_ev",
            (_, false) => "_lock",
        }
    }

    /// `<Kv>::put(value, lock, key)`; `given` says what stands for `self` or `this`, the lock and the event.
    fn call(&self, given: &[(Role, TokenStream)]) -> TokenStream {
        let find =
            |wanted: fn(&Role) -> bool| given.iter().find(|(role, _)| wanted(role)).map(|(_, tokens)| tokens.clone());
        let receiver = (!matches!(self.method.access, Access::None)).then(|| find(|role| matches!(role, Role::This)));
        let values = self.method.params.iter().filter_map(|param| match &param.role {
            Role::Lock => find(|role| matches!(role, Role::Lock)),
            Role::Event => find(|role| matches!(role, Role::Event)),
            Role::This => find(|role| matches!(role, Role::This)),
            Role::Argument(argument) => Some(lend(param, argument.lent)),
        });
        let values = receiver.flatten().into_iter().chain(values);
        let (name, turbofish, ty) = (self.method.name(), self.method.generics.turbofish(), self.shared.self_ty);
        let path = match self.shared.of_trait {
            Some(of_trait) => quote!(<#ty as #of_trait>::#name #turbofish),
            None => quote!(<#ty>::#name #turbofish),
        };
        quote_spanned!(self.span()=> #path(#(#values),*))
    }
}

fn lend(param: &Param<'_>, lent: Lent) -> TokenStream {
    let local = param.local();
    match lent {
        Lent::No => local.into_token_stream(),
        Lent::AsIs => quote!(&#local),
        Lent::Behind => quote!(&*#local),
    }
}
