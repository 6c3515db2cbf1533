//! The audited way out of R2, and its list.

use crate::support::*;
use isolock::{TrustedUse, prelude::*, trusted};
use isolock_tests::block_on;
use std::{any::Any, panic, sync::Mutex, thread};

/// The uses with this reason.
fn uses(why: &str) -> Vec<TrustedUse> {
    trusted().into_iter().filter(|used| used.why == why).collect()
}

#[test]
fn r2_a_trusted_value_crosses_in_both_directions() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let value: Box<dyn Any + Send> = Box::new(20_u8);
        let given = Trusted::new("a number", value);
        let doubled = block_on(ctx.run((given,), |_lock, (mut given,)| {
            let number = given.downcast_mut::<u8>().unwrap();
            *number *= 2;
            given
        }))
        .unwrap();
        assert_eq!(Trusted::why(&doubled), "a number");
        assert_eq!(*Trusted::into_inner(doubled).downcast::<u8>().unwrap(), 40);
    });
    assert_eq!(uses("a number").len(), 1, "one place, reached twice");
}

#[test]
fn r2_every_place_type_and_reason_is_listed_once() {
    let trust = |why| {
        for number in 0..100_u8 {
            let _ = Trusted::new(why, number);
        }
    };
    trust("first reason");
    let line = line!() - 4;
    trust("second reason");
    thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| trust("first reason"));
        }
    });
    let _ = (Trusted::new("two types", 1_u8), Trusted::new("two types", "text"));
    let used = uses("first reason");
    assert_eq!(used.len(), 1, "{used:?}");
    assert_eq!((used[0].at.file(), used[0].at.line(), used[0].type_name), (file!(), line, "u8"));
    let place = used[0].at;
    assert_eq!(used[0].to_string(), format!("{place}: `u8` is trusted: first reason"));
    assert_eq!(uses("second reason")[0].at, place);
    assert_eq!(uses("two types").iter().map(|used| used.type_name).collect::<Vec<_>>(), ["u8", "&str"]);
    assert!(trusted().is_sorted_by_key(|used| (used.at.file(), used.at.line(), used.at.column())));
}

#[test]
fn r2_trust_without_a_reason_is_refused() {
    let refused = panic::catch_unwind(|| Trusted::new(" ", Mutex::new(1_u8))).unwrap_err();
    let text = refused.downcast_ref::<String>().unwrap();
    assert!(text.starts_with("R2 explicit-captures: ") && text.contains(file!()), "{text}");
    assert!(trusted().iter().all(|used| !used.why.trim().is_empty()));
}

#[test]
fn r2_a_trusted_value_is_what_it_holds() {
    let mut trusted = Trusted::new("like its value", vec![1, 2]);
    trusted.push(3);
    assert_eq!((trusted.len(), trusted.clone().to_vec()), (3, vec![1, 2, 3]));
    assert_eq!(format!("{trusted:?}"), r#"Trusted { why: "like its value", value: [1, 2, 3] }"#);
}

#[test]
fn r2_a_trusted_value_is_captured_like_any_other() {
    /// Of another crate: it is not on the list.
    #[derive(Clone)]
    struct Pool(f64);

    #[isolate_fn]
    fn size(#[capture] pool: &Trusted<Pool>) -> f64 {
        pool.0
    }

    #[isolate_fn]
    async fn later(#[capture] pool: Trusted<Pool>) -> f64 {
        pool.0 * 2.0
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let pool = Trusted::new("a pool of numbers", Pool(8.0));
        block_on(ctx.try_run((pool,), |lock, (pool,)| lock.install((size { pool: pool.clone() }, later { pool }))))
            .unwrap();
        assert_eq!(number(&ctx, "later().then(twice => twice + size())"), 24.0);
    });
}

/// What `#[isolate_fn]` writes for a capture on trust.
mod by_hand {
    use isolock::{
        __private::{Arguments, HostFunction, Outcome, record_trusted},
        Lock,
    };

    pub(super) struct Binding;

    impl HostFunction for Binding {
        const NAME: &'static str = "byHand";
        const LENGTH: i32 = 0;

        fn register() {
            record_trusted::<std::process::Command>("never started");
        }

        fn call<'s>(&self, lock: &mut Lock<'s>, _args: &Arguments<'s>) -> Outcome<'s> {
            Ok(lock.undefined())
        }
    }
}

#[test]
fn r2_captures_on_trust_are_listed_when_their_function_is_installed() {
    assert!(uses("never started").is_empty());
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.try_run((), |lock, ()| lock.install((by_hand::Binding,)))).unwrap();
        let used = uses("never started");
        assert_eq!(used.len(), 1);
        assert!(used[0].type_name.ends_with("process::Command") && used[0].at.file() == file!());
    });
}

#[test]
fn r2_captures_on_trust_are_listed_when_their_function_becomes_part_of_a_module() {
    #[isolate_fn]
    fn started(#[capture(trusted = "never imported")] command: &std::process::Command) -> bool {
        command.get_program().is_empty()
    }

    assert!(uses("never imported").is_empty());
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let command = || std::process::Command::new("true");
        block_on(ctx.try_run((Trusted::new("to be captured", command()),), |lock, (command,)| {
            lock.module("host:process", (started { command: Trusted::into_inner(command) },))
        }))
        .unwrap();
        assert_eq!(uses("never imported").len(), 1);
    });
}
