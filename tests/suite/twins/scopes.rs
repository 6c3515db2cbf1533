//! Handle scopes, caught exceptions and other contexts inside one turn (R7).

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;

/// A context with the global `names`.
fn with_names(world: &World) -> (Isolate, IoContext) {
    world.with(|lock, ()| lock.set_global("names", vec!["Ada", "Barbara", "Grace"]))
}

#[test]
fn r7_local_returned_from_scope() {
    fn longest(lock: &mut Lock<'_>, count: u32) -> Result<usize, RunError> {
        let mut longest = 0;
        for index in 0..count {
            let name = lock.scope(|lock| {
                let name = lock.eval(&format!("names[{index}]"))?;
                Ok::<_, RunError>(name.to_rust_string_lossy(lock))
            })?;
            longest = longest.max(name.len());
        }
        Ok(longest)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = with_names(world);
        assert_eq!(block_on(ctx.try_run((), |lock, ()| longest(lock, 3))).unwrap(), 7);
    });
}

#[test]
fn r7_local_kept_beyond_in_context() {
    fn settings_of(lock: &mut Lock<'_>, other: &WeakIoContext) -> Result<bool, RunError> {
        let settings =
            lock.in_context(other, (), |lock, ()| lock.eval("settings").map(|settings| lock.root(settings)))??;
        Ok(settings.try_get(lock)?.is_object())
    }

    on_both_homes(|world| {
        let (_isolate, ctx, other) = world.group();
        text(&other, "var settings = {}; ''");
        let found = ctx.try_run((other.downgrade(),), |lock, (other,)| settings_of(lock, &other));
        assert!(block_on(found).unwrap());
    });
}

#[test]
fn r7_lock_returned_from_scope() {
    fn load(lock: &mut Lock<'_>, sources: &[String]) -> Result<(), RunError> {
        for source in sources {
            lock.scope(|lock| lock.eval(source).map(|_| ()))?;
        }
        Ok(())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let sources = vec!["var n = 1".to_owned(), "n += 1".to_owned()];
        block_on(ctx.try_run((sources,), |lock, (sources,)| load(lock, &sources))).unwrap();
        assert_eq!(number(&ctx, "n"), 2.0);
    });
}

#[test]
fn r7_lock_of_try_catch_kept() {
    fn load(lock: &mut Lock<'_>, source: &str) -> Result<(), RunError> {
        lock.try_catch(|_lock| Some(()))?;
        lock.eval(source)?;
        Ok(())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.try_run((), |lock, ()| load(lock, "var loaded = 5"))).unwrap();
        assert_eq!(number(&ctx, "loaded"), 5.0);
    });
}

#[test]
fn r7_lock_of_outer_scope_used_inside() {
    fn names(lock: &mut Lock<'_>, count: u32) -> Result<bool, RunError> {
        let mut last = false;
        for index in 0..count {
            lock.scope(|inner| {
                last = inner.eval(&format!("names[{index}]"))?.is_string();
                Ok::<_, RunError>(())
            })?;
        }
        Ok(last)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = with_names(world);
        let last = ctx.try_run((), |lock, ()| Ok::<_, RunError>((names(lock, 3)?, names(lock, 4)?)));
        assert_eq!(block_on(last).unwrap(), (true, false));
    });
}

#[test]
fn r7_locks_of_scopes_swapped() {
    fn load(lock: &mut Lock<'_>, source: &str) -> Result<bool, RunError> {
        let mut value = false;
        lock.scope(|inner| {
            value = inner.eval(source)?.is_object();
            Ok::<_, RunError>(())
        })?;
        Ok(value)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert!(block_on(ctx.try_run((), |lock, ()| load(lock, "({})"))).unwrap());
    });
}

#[test]
fn r7_root_opened_in_inner_scope() {
    fn call(lock: &mut Lock<'_>, handler: &JsRoot<v8::Function>) -> Result<(), RunError> {
        let handler = handler.try_get(lock)?;
        handler.call(lock, lock.undefined(), &[]);
        Ok(())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let handler = block_on(ctx.eval("var calls = 0; () => { calls += 1 }")).unwrap();
        block_on(ctx.try_run((handler,), |lock, (handler,)| call(lock, &handler))).unwrap();
        assert_eq!(number(&ctx, "calls"), 1.0);
    });
}
