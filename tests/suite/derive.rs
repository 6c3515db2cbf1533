//! `#[derive(Portable)]` on types that are more than a list of fields.

use crate::support::*;
use isolock::prelude::*;
use isolock_tests::block_on;
use std::collections::BTreeMap;

/// Refers to itself, directly and by way of another type.
#[derive(Clone, Debug, PartialEq, Portable)]
struct Tree {
    name: String,
    children: Vec<Tree>,
    index: BTreeMap<String, Branch<Tree>>,
    next: Option<Box<Self>>,
}

#[derive(Clone, Debug, PartialEq, Portable)]
enum Branch<T> {
    None,
    Of(Box<Branch<T>>, Box<T>),
}

#[test]
fn r2_recursive_types_cross() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let leaf = |name: &str| Tree { name: name.into(), children: Vec::new(), index: BTreeMap::new(), next: None };
        let branch = Branch::Of(Box::new(Branch::None), Box::new(leaf("b")));
        let tree = Tree {
            name: "root".into(),
            children: vec![leaf("a")],
            index: [("b".to_owned(), branch)].into(),
            next: Some(Box::new(leaf("c"))),
        };
        let back = block_on(ctx.run((tree.clone(),), |_lock, (tree,)| tree)).unwrap();
        assert_eq!(back, tree);
    });
}

/// Through `macro_rules!`, without a prelude, and with its names taken.
mod hygiene {
    #![no_implicit_prelude]
    #![deny(warnings, clippy::pedantic)]
    #![allow(non_camel_case_types, dead_code)]

    pub(super) struct Send;
    pub(super) struct Option<T>(T);

    impl ::isolock::Portable for Send {}
    impl<T: ::isolock::Portable> ::isolock::Portable for Option<T> {}

    macro_rules! message {
        ($name:ident, $ty:ty) => {
            #[derive(::isolock::Portable)]
            #[portable(crate = ::isolock)]
            pub(super) struct $name<core, const N: usize>
            where
                [u8; N]: ::core::marker::Sized,
            {
                pub(super) value: $ty,
                pub(super) send: Send,
                pub(super) list: Option<core>,
            }
        };
    }

    message!(Message, ::std::vec::Vec<u8>);

    pub(super) fn message() -> Message<u8, 3> {
        Message { value: ::std::vec![1, 2, 3], send: Send, list: Option(4) }
    }
}

#[test]
fn r2_derives_are_hygienic() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let message = hygiene::message();
        let sum = block_on(ctx.run((message,), |_lock, (message,)| message.value.iter().sum::<u8>())).unwrap();
        assert_eq!(sum, 6);
    });
}
