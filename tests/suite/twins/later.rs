//! JS values that are used later: after an await, in another turn, by whoever gets the result (R7).

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;

#[test]
fn r7_lock_held_across_await() {
    async fn read(name: String) -> String {
        format!("var loaded = '{name}'")
    }

    fn load_into(lock: &mut Lock<'_>, source: &str) -> bool {
        let before = lock.eval("loaded").ok();
        lock.eval(source).is_ok() && before.is_some()
    }

    async fn load(ctx: &IoContext, name: String) -> Result<bool, RunError> {
        let source = read(name).await;
        ctx.run((source,), |lock, (source,)| load_into(lock, &source)).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let loaded = |name: &str| block_on(load(&ctx, name.to_owned())).unwrap();
        assert_eq!((loaded("first"), loaded("second")), (false, true));
        assert_eq!(text(&ctx, "loaded"), "second");
    });
}

#[test]
fn r7_local_held_across_await() {
    async fn call_twice(ctx: &IoContext, handler: JsRoot<v8::Function>) -> Result<(), RunError> {
        ctx.spawn((handler,), |ev, (handler,)| async move {
            for _ in 0..2 {
                ev.try_run((handler.clone(),), |lock, (handler,)| {
                    let handler = handler.try_get(lock)?;
                    lock.try_catch(|lock| handler.call(lock, lock.undefined(), &[]).map(|_| ()))
                })
                .await?;
            }
            Ok(())
        })
        .await?
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let handler = block_on(ctx.eval("var calls = 0; () => { calls += 1 }")).unwrap();
        block_on(call_twice(&ctx, handler)).unwrap();
        assert_eq!(number(&ctx, "calls"), 2.0);
    });
}

#[test]
fn r7_iterator_as_result() {
    async fn total(ctx: &IoContext, count: u32) -> Result<f64, RunError> {
        ctx.run((count,), |lock, (count,)| {
            let items = (0..count).map(|index| lock.eval(&format!("items[{index}]")).unwrap());
            items.map(|item| f64::from(u8::from(item.is_number()))).sum()
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "var items = [1, 'two', 3]; ''");
        assert_eq!(block_on(total(&ctx, 3)).unwrap(), 2.0);
    });
}

#[test]
fn r7_local_taken_into_later_turn() {
    #[isolate_fn]
    fn call_later<'s>(lock: &mut Lock<'s>, handler: v8::Local<'s, v8::Function>) -> Result<(), RunError> {
        let handler = lock.root(handler);
        let ctx = lock.context();
        std::thread::spawn(move || {
            block_on(ctx.try_run((handler,), |lock, (handler,)| {
                let handler = handler.try_get(lock)?;
                lock.try_catch(|lock| handler.call(lock, lock.undefined(), &[]).map(|_| ()))
            }))
        });
        Ok(())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((call_later {},)));
        assert_eq!(text(&ctx, "new Promise(resolve => callLater(() => resolve('called')))"), "called");
    });
}

#[test]
fn r7_static_argument() {
    #[isolate_fn]
    fn on(_lock: &mut Lock<'_>, handler: v8::Local<'_, v8::Function>) -> bool {
        handler.is_async_function()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((on {},)));
        assert_eq!(text(&ctx, "`${on(async () => {})} ${on(() => {})}`"), "true false");
    });
}

#[test]
fn r7_static_lock() {
    #[isolate_fn]
    fn on<'s>(lock: &mut Lock<'s>, handler: v8::Local<'s, v8::Function>) {
        handler.call(lock, lock.undefined(), &[]);
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((on {},)));
        assert_eq!(number(&ctx, "let n = 0; on(() => { n = 5 }); n"), 5.0);
    });
}

#[test]
fn r7_lifetime_of_lock_bound_to_static() {
    use std::cell::Cell;

    thread_local! {
        static HANDLER: Cell<Option<JsRoot<v8::Function>>> = const { Cell::new(None) };
    }

    #[isolate_fn]
    fn on<'s>(lock: &mut Lock<'s>, handler: v8::Local<'s, v8::Function>) {
        HANDLER.set(Some(lock.root(handler)));
    }

    #[isolate_fn]
    fn emit<'s>(lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Function>, RunError> {
        HANDLER.take().ok_or(RunError::Refused("nobody listens"))?.try_get(lock)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((on {}, emit {})));
        assert_eq!(number(&ctx, "on(() => 5); emit()()"), 5.0);
    });
}

#[test]
fn r7_lock_borrowed_for_its_life() {
    #[isolate_fn]
    fn reload<'s>(lock: &mut Lock<'s>) -> Result<(), RunError> {
        lock.eval("reload()").map(|_| ())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let script = "var n = 0, native = reload; reload = () => { n += 1 }; native(); native(); n";
        block_on(ctx.try_run((), |lock, ()| lock.install((reload {},)))).unwrap();
        assert_eq!(number(&ctx, script), 2.0);
    });
}

#[test]
fn r7_local_as_result_of_eval() {
    async fn has_settings(ctx: &IoContext) -> Result<bool, RunError> {
        let settings: JsRoot<v8::Value> = ctx.eval("settings").await?;
        ctx.try_run((settings,), |lock, (settings,)| Ok(settings.try_get(lock)?.is_object())).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "var settings = {}; ''");
        assert!(block_on(has_settings(&ctx)).unwrap());
    });
}

#[test]
fn r7_local_followed() {
    async fn settled(ctx: &IoContext) -> Result<bool, RunError> {
        let follow = ctx
            .try_run((), |lock, ()| {
                let promise = lock.eval("fetch('home')")?;
                Ok::<_, RunError>(lock.follow::<JsRoot<v8::Value>>(promise))
            })
            .await?;
        let page = follow.await?;
        ctx.try_run((page,), |lock, (page,)| Ok(page.try_get(lock)?.is_object())).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "async function fetch(url) { await null; return { url } }; ''");
        assert!(block_on(settled(&ctx)).unwrap());
    });
}
