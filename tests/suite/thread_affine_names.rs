//! `#[thread_affine]` under other names: of the crate, of the standard library, from macros.

use crate::support::*;
use isolock_tests::block_on;

/// A module whose names are all taken.
mod taken {
    #![allow(dead_code, non_camel_case_types)]

    pub(super) use ::isolock as v8_made_safe;

    pub(super) struct Option;
    pub(super) struct Result;
    pub(super) struct String;
    pub(super) struct Vec;
    pub(super) struct Box;
    pub(super) struct Some;
    pub(super) struct Ok;
    pub(super) struct Err;
    pub(super) struct Clone;
    pub(super) struct Send;
    pub(super) struct Future;
    pub(super) struct Lock;
    pub(super) struct RunError;
    pub(super) struct WeakHomed;
    pub(super) struct Portable;
    pub(super) mod core {}
    pub(super) mod std {}
    pub(super) mod isolock {}

    /// A store.
    #[v8_made_safe::thread_affine(owner = context, crate = v8_made_safe)]
    pub(super) struct r#Kv {
        pub(super) own_list: ::std::vec::Vec<u64>,
        pub(super) r#type: u64,
    }

    #[v8_made_safe::thread_affine(crate = v8_made_safe)]
    impl Kv {
        #[isolate_fn]
        pub(super) fn r#match(&mut self, lock: &mut v8_made_safe::Lock<'_>, r#fn: &str, value: &[u64]) -> u64 {
            self.own_list.extend(value);
            self.r#type + r#fn.len() as u64 + lock.context().id()
        }

        #[isolate_fn]
        pub(super) fn fork(&self, this: u64, ctx: u64, ev: u64) -> ::std::result::Result<Self, v8_made_safe::RunError> {
            ::std::result::Result::Ok(Self { own_list: self.own_list.clone(), r#type: this + ctx + ev })
        }

        #[isolate_fn]
        pub(super) fn make(ctx: u64, lock: u64, value: u64) -> ::std::option::Option<Self> {
            ::std::option::Option::Some(Self { own_list: ::std::vec![ctx, lock, value], r#type: 0 })
        }

        #[isolate_fn]
        pub(super) async fn later(this: KvHandle, ev: v8_made_safe::Event, ctx: u64, this_: u64) -> u64 {
            drop((this, ev));
            ctx + this_
        }
    }
}

#[test]
fn names_of_the_users_are_left_alone() {
    use taken::KvHandle;
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = block_on(KvHandle::make(&ctx, 1, 2, 3)).unwrap().unwrap();
        assert_eq!(block_on(kv.r#match("ab".to_owned(), vec![4])).unwrap(), 2 + ctx.id());
        let fork = block_on(kv.fork(1, 2, 3)).unwrap();
        assert_eq!(block_on(fork.r#match(String::new(), vec![])).unwrap(), 6 + ctx.id());
        assert_eq!(block_on(fork.later(1, 2)).unwrap(), 3);
        let list = block_on(ctx.run((kv,), |lock, (kv,)| kv.with(lock, |kv, _lock| kv.own_list.clone())));
        assert_eq!(list.unwrap().unwrap(), [1, 2, 3, 4]);
    });
}

mod from_macros {
    //! Types, methods and arguments that come from calls and definitions of `macro_rules!` macros.

    pub(super) mod krate {
        pub(crate) use ::isolock;
    }

    macro_rules! store {
        ($name:ident, $field:ident : $ty:ty, $method:ident ( $($arg:ident : $arg_ty:ty),* ) -> $out:ty $body:block) => {
            #[isolock::thread_affine(owner = context, crate = krate::isolock)]
            pub(super) struct $name {
                pub(super) $field: $ty,
                pub(super) x: u64,
            }

            #[isolock::thread_affine(crate = krate::isolock)]
            impl $name {
                #[isolate_fn]
                pub(super) fn $method(&self, x: u64, $($arg: $arg_ty),*) -> $out {
                    let y = x;
                    let body: u64 = $body;
                    body + y + self.x + self.$field.len() as u64
                }
            }
        };
    }

    store!(Sums, own_parts: Vec<u64>, sum(x: u64, y: &str) -> u64 { x * 10 + y.len() as u64 });
}

#[test]
fn arguments_of_macros_and_of_their_definitions_stay_apart() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let sums = from_macros::Sums { own_parts: vec![1], x: 100 };
        assert_eq!(sums.sum(1, 2, "abc"), 20 + 3 + 1 + 100 + 1);
        let ctx_run = ctx.run((), |lock, ()| lock.own(from_macros::Sums { own_parts: vec![], x: 100 }));
        let sums = block_on(ctx_run).unwrap();
        assert_eq!(block_on(sums.sum(1, 2, "abc".to_owned())).unwrap(), 124);
    });
}
