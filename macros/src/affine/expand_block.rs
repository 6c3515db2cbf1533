//! The `impl` block's expansion: the block, and an `impl` block of the handle with the methods that it has, too.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, Path, Type};

use super::attr::{Options, Owner, Said};
use super::block::Block;
use super::expand_method::wrapper;
use super::kept;
use super::method::Method;
use super::method_check;
use super::own_type::{OwnType, handle_path};
use super::resource::is_thread_affine;
use crate::carry;
use crate::conditions;
use crate::errors::Errors;
use crate::types;
use crate::words::{affine, methods as words};

/// The expansion, without the errors.
pub(crate) fn expand(block: &Block, options: &Options, errors: &mut Errors) -> TokenStream {
    let plain = &block.plain;
    let handle = check(block, options, errors);
    let own = OwnType::new(block);
    let shared = handle.as_ref().map(|handle| Shared::new(block, &own, handle, options.krate.as_ref()));
    let shown = handle.as_ref().and_then(|path| path.segments.last()).map(|last| last.ident.to_string());
    let mut wrappers = Vec::new();
    for item in &block.marked {
        let method = Method::lower(item, &own, handle.as_ref());
        let found = method_check::check(&method, &own, shown.as_deref().unwrap_or("KvHandle"));
        if let Some(shared) = shared.as_ref().filter(|_| found.is_empty()) {
            let variants = conditions::variants(item);
            if variants.is_empty() {
                wrappers.push(wrapper(&method, shared));
            }
            let of_variant = |item| wrapper(&Method::lower(item, &own, handle.as_ref()), shared);
            wrappers.extend(variants.iter().map(of_variant));
        }
        errors.append(found);
    }
    let Some(Shared { handle, generics, .. }) = shared.filter(|_| !wrappers.is_empty()) else { return plain.clone() };
    let conditions = carry::conditions(&block.attrs);
    let (generics, _, clause) = generics.split_for_impl();
    quote! {
        #plain

        #conditions
        #[allow(dead_code, deprecated, private_bounds, private_interfaces, clippy::too_many_arguments)]
        impl #generics #handle #clause {
            #(#wrappers)*
        }
    }
}

/// What concerns the block as a whole, and the handle's path if one can be said.
fn check(block: &Block, options: &Options, errors: &mut Errors) -> Option<Path> {
    for attr in block.attrs.iter().filter(|attr| is_thread_affine(attr)) {
        errors.report(attr.path(), &affine::annotated_twice());
    }
    if let Some(Said { key, value }) = &options.owner {
        errors.report(key, &words::owner_on_block(Owner::word(*value)));
    }
    let handle = handle_path(&block.self_ty, options.handle.as_ref().map(|said| &said.value));
    if handle.is_none() {
        errors.report(&block.self_ty, &words::not_a_named_type(&types::show(&block.self_ty)));
    }
    let mut has_lifetime = false;
    for param in block.generics.lifetimes() {
        has_lifetime = true;
        errors.report(&param.lifetime, &words::lifetime_of_block(&param.lifetime.to_string()));
    }
    handle.filter(|_| !has_lifetime)
}

/// What the methods of a handle share.
pub(crate) struct Shared<'a> {
    pub(crate) handle: &'a Path,
    pub(crate) self_ty: &'a Type,
    pub(crate) of_trait: Option<&'a Path>,
    pub(crate) krate: Option<&'a Path>,
    /// Those of the handle's `impl` block.
    pub(crate) generics: Generics,
}

impl<'a> Shared<'a> {
    fn new(block: &'a Block, own: &OwnType<'_>, handle: &'a Path, krate: Option<&'a Path>) -> Self {
        let generics = kept(&own.name_in_generics(&block.generics));
        Self { handle, self_ty: &block.self_ty, of_trait: block.of_trait.as_ref(), krate, generics }
    }
}
