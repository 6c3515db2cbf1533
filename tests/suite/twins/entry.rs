//! Turns, the lock, and what V8 calls (R1, R10).

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

#[test]
fn r1_handle_scope_opened_on_lock() {
    fn count(lock: &mut Lock<'_>) -> u32 {
        lock.scope(|lock| {
            let array = v8::Array::new(lock, 3);
            array.length()
        })
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert_eq!(block_on(ctx.run((), |lock, ()| count(lock))).unwrap(), 3);
    });
}

#[test]
fn r1_isolate_locked_by_hand() {
    async fn reset(ctx: &IoContext) -> Result<(), RunError> {
        ctx.try_run((), |lock, ()| lock.eval("reset()").map(|_| ())).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert_eq!(number(&ctx, "var n = 5; function reset() { n = 0 }; n"), 5.0);
        block_on(reset(&ctx)).unwrap();
        assert_eq!(number(&ctx, "n"), 0.0);
    });
}

#[test]
fn r1_lock_lent_to_scoped_thread() {
    async fn warm_up(ctx: &IoContext) -> Result<usize, RunError> {
        let page =
            ctx.try_run((), |lock, ()| lock.eval("warmUp()").map(|page| page.to_rust_string_lossy(lock))).await?;
        Ok(std::thread::scope(|threads| {
            let words = threads.spawn(|| page.split(' ').count());
            words.join().expect("a count")
        }))
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "function warmUp() { return 'three short words' }; ''");
        assert_eq!(block_on(warm_up(&ctx)).unwrap(), 3);
    });
}

#[test]
fn r1_lock_made_by_hand() {
    fn title(lock: &mut Lock<'_>) -> String {
        lock.eval("document.title").unwrap().to_rust_string_lossy(lock)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "var document = { title: 'home' }; ''");
        assert_eq!(block_on(ctx.run((), |lock, ()| title(lock))).unwrap(), "home");
    });
}

#[test]
fn r1_microtask_policy_set_on_lock() {
    async fn configure(ctx: &IoContext) -> Result<bool, RunError> {
        ctx.try_run((), |lock, ()| {
            lock.eval("var done = false; Promise.resolve().then(() => { done = true })")?;
            lock.eval("done").map(|done| done.is_true())
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert!(!block_on(configure(&ctx)).unwrap(), "not in the middle of the turn");
        assert!(block_on(ctx.eval::<bool>("done")).unwrap(), "but at its end");
    });
}

#[test]
fn r1_slot_set_on_lock() {
    type Visits = Arc<Mutex<HashMap<String, u32>>>;

    async fn remember(ctx: &IoContext, visits: Visits) -> Result<(), RunError> {
        ctx.run((visits,), |lock, (visits,)| {
            let page = lock.eval("'home'").unwrap().to_rust_string_lossy(lock);
            *visits.lock().unwrap().entry(page).or_default() += 1;
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let visits = Visits::default();
        block_on(remember(&ctx, visits.clone())).unwrap();
        block_on(remember(&ctx, visits.clone())).unwrap();
        assert_eq!(visits.lock().unwrap().get("home"), Some(&2));
    });
}

#[test]
fn r10_foreign_abi() {
    #[isolate_fn]
    fn add(a: f64, b: f64) -> f64 {
        a + b
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((add {},)));
        assert_eq!((number(&ctx, "add(1, 2)"), add(1.0, 2.0)), (3.0, 3.0));
    });
}

#[test]
fn r1_try_catch_opened_on_lock() {
    fn load(lock: &mut Lock<'_>, source: &str) -> bool {
        let caught = lock.try_catch(|lock| {
            let source = v8::String::new(lock, source)?;
            v8::Script::compile(lock, source, None)
        });
        caught.is_ok()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let loaded = ctx.run((), |lock, ()| (load(lock, "1 +"), load(lock, "1 + 1")));
        assert_eq!(block_on(loaded).unwrap(), (false, true));
    });
}

#[test]
fn r1_context_entered_by_hand() {
    fn title_of(lock: &mut Lock<'_>, other: &WeakIoContext) -> Result<String, RunError> {
        lock.in_context(other, (), |lock, ()| lock.eval("document.title").unwrap().to_rust_string_lossy(lock))
    }

    on_both_homes(|world| {
        let (_isolate, ctx, other) = world.group();
        text(&other, "var document = { title: 'the other' }; ''");
        let title = ctx.try_run((other.downgrade(),), |lock, (other,)| title_of(lock, &other));
        assert_eq!(block_on(title).unwrap(), "the other");
    });
}

#[test]
fn r1_lock_shared_with_scoped_threads() {
    async fn announce(ctx: &IoContext, names: Vec<String>) -> Result<(), RunError> {
        let names: Vec<_> = std::thread::scope(|threads| {
            let threads: Vec<_> = names.iter().map(|name| threads.spawn(|| name.to_uppercase())).collect();
            threads.into_iter().map(|thread| thread.join().expect("a name")).collect()
        });
        ctx.run((names,), |lock, (names,)| names.iter().for_each(|name| lock.console_log(name))).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(announce(&ctx, vec!["Ada".to_owned(), "Grace".to_owned()])).unwrap();
        assert_eq!(world.console(), ["ADA", "GRACE"]);
    });
}
