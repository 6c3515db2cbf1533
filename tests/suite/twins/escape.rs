//! What host functions and turns take and give (R7).

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;
use std::{cell::RefCell, num::ParseFloatError, time::Duration};

#[test]
fn r7_async_result_not_into_js() {
    #[isolate_fn]
    async fn uptime() -> f64 {
        Duration::from_secs(5).as_secs_f64()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((uptime {},)));
        assert_eq!(number(&ctx, "uptime()"), 5.0);
    });
}

#[test]
fn r7_borrowed_argument() {
    #[isolate_fn]
    fn length(text: String) -> u32 {
        text.len() as u32
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((length {},)));
        assert_eq!(number(&ctx, "length('four')"), 4.0);
    });
}

#[test]
fn r7_borrowed_result() {
    #[isolate_fn]
    #[allow(clippy::ptr_arg, reason = "a capture is a field of the binding, so it has a size")]
    fn title(#[capture] title: &String) -> String {
        title.clone()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.try_run(("home".to_owned(),), |lock, (home,)| lock.install((title { title: home },)))).unwrap();
        assert_eq!(text(&ctx, "title() + title()"), "homehome");
    });
}

#[test]
fn r7_error_not_an_error() {
    #[isolate_fn]
    fn parse(text: String) -> Result<f64, ParseFloatError> {
        text.parse()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((parse {},)));
        assert_eq!(number(&ctx, "parse('2.5')"), 2.5);
        assert_eq!(threw(block_on(ctx.eval::<f64>("parse('two')"))).message, "invalid float literal");
    });
}

#[test]
fn r7_event_in_sync_host_function() {
    #[isolate_fn]
    fn log(lock: &mut Lock<'_>, text: String) -> String {
        format!("{}: {text}", lock.event().id())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((log {},)));
        let logged = text(&ctx, "log('hello')");
        let id = logged.strip_suffix(": hello").expect(&logged);
        assert!(id.parse::<u64>().is_ok(), "{logged}");
    });
}

#[test]
fn r7_local_as_result() {
    async fn answer(ctx: &IoContext) -> Result<f64, RunError> {
        let answer = ctx.try_run((), |lock, ()| lock.eval("6 * 7").map(|answer| answer.number_value(lock))).await?;
        Ok(answer.unwrap_or_default())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert_eq!(block_on(answer(&ctx)).unwrap(), 42.0);
    });
}

#[test]
fn r7_local_as_result_in_option() {
    async fn has_answer(ctx: &IoContext) -> Result<bool, RunError> {
        let answer = ctx.run((), |lock, ()| lock.eval("answer").ok().map(|answer| lock.root(answer))).await?;
        Ok(answer.is_some())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert!(!block_on(has_answer(&ctx)).unwrap());
        number(&ctx, "var answer = 42; answer");
        assert!(block_on(has_answer(&ctx)).unwrap());
    });
}

#[test]
fn r7_local_captured_by_function() {
    async fn install(ctx: &IoContext) -> Result<(), RunError> {
        ctx.try_run((), |lock, ()| {
            let settings = lock.eval("settings")?;
            let settings = lock.root(settings);
            let current = lock.function("current", (settings,), |lock, (settings,), (): ()| {
                settings.try_get(lock).map(|settings| settings.is_object())
            })?;
            lock.set_global("current", current)
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "var settings = {}; ''");
        block_on(install(&ctx)).unwrap();
        assert!(block_on(ctx.eval::<bool>("settings = null; current()")).unwrap());
    });
}

#[test]
fn r7_local_in_async_host_function() {
    #[isolate_fn]
    async fn call_later(ev: Event, handler: JsRoot<v8::Function>) -> Result<(), RunError> {
        ev.run((), |lock, ()| lock.console_log("later")).await?;
        ev.try_run((handler,), |lock, (handler,)| {
            let handler = handler.try_get(lock)?;
            lock.try_catch(|lock| handler.call(lock, lock.undefined(), &[]).map(|_| ()))
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((call_later {},)));
        assert_eq!(number(&ctx, "var n = 0; callLater(() => { n += 1 }).then(() => n)"), 1.0);
        assert_eq!(world.console(), ["later"]);
    });
}

#[test]
fn r7_local_kept_in_outer_variable() {
    fn last(lock: &mut Lock<'_>) -> Result<bool, RunError> {
        let mut last = false;
        for index in 0..1000 {
            last = lock.scope(|lock| lock.eval(&format!("items[{index}]")).map(|item| item.is_object()))?;
        }
        Ok(last)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "var items = Array(1000).fill(1); items[999] = {}; ''");
        assert!(block_on(ctx.try_run((), |lock, ()| last(lock))).unwrap());
    });
}

#[test]
fn r7_local_kept_in_thread_local() {
    thread_local! {
        static HANDLERS: RefCell<Vec<JsRoot<v8::Function>>> = const { RefCell::new(Vec::new()) };
    }

    #[isolate_fn]
    fn on<'s>(lock: &mut Lock<'s>, handler: v8::Local<'s, v8::Function>) {
        HANDLERS.with_borrow_mut(|handlers| handlers.push(lock.root(handler)));
    }

    #[isolate_fn]
    fn emit(lock: &mut Lock<'_>) -> Result<(), RunError> {
        for handler in HANDLERS.take() {
            let handler = handler.try_get(lock)?;
            lock.try_catch(|lock| handler.call(lock, lock.undefined(), &[]).map(|_| ()))?;
        }
        Ok(())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((on {}, emit {})));
        // One script, because the thread of a variable is known only within one turn.
        assert_eq!(number(&ctx, "var n = 0; on(() => { n += 1 }); on(() => { n += 10 }); emit(); n"), 11.0);
    });
}

#[test]
fn r7_local_smuggled_in_option() {
    async fn dispatch(ctx: &IoContext, handler: Option<JsRoot<v8::Function>>) -> Result<(), RunError> {
        ctx.try_run((handler,), |lock, (handler,)| {
            if let Some(handler) = handler {
                handler.try_get(lock)?.call(lock, lock.undefined(), &[]);
            }
            Ok(())
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let handler = block_on(ctx.eval("var n = 0; () => { n += 1 }")).unwrap();
        block_on(dispatch(&ctx, Some(handler))).unwrap();
        block_on(dispatch(&ctx, None)).unwrap();
        assert_eq!(number(&ctx, "n"), 1.0);
    });
}

#[test]
fn r7_lock_as_result() {
    async fn twice(ctx: &IoContext) -> Result<(), RunError> {
        ctx.run((), |_lock, ()| ()).await?;
        ctx.try_run((), |lock, ()| lock.eval("second()").map(|_| ())).await?;
        Ok(())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "var called = 'no'; function second() { called = 'yes' }; ''");
        block_on(twice(&ctx)).unwrap();
        assert_eq!(text(&ctx, "called"), "yes");
    });
}

#[test]
fn r7_lock_in_async_host_function() {
    #[isolate_fn]
    async fn log_later(ev: Event, text: String) -> Result<(), RunError> {
        ev.run((text,), |lock, (text,)| lock.console_log(&text)).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((log_later {},)));
        block_on(ctx.eval::<()>("logLater('hello')")).unwrap();
        assert_eq!(world.console(), ["hello"]);
    });
}

#[test]
fn r7_lock_owned_by_host_function() {
    #[isolate_fn]
    fn log(lock: &mut Lock<'_>, text: String) {
        lock.console_log(&text);
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((log {},)));
        block_on(ctx.eval::<()>("log('hello')")).unwrap();
        assert_eq!(world.console(), ["hello"]);
    });
}

#[test]
fn r7_result_not_into_js() {
    #[isolate_fn]
    fn uptime() -> f64 {
        Duration::from_secs(5).as_secs_f64()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((uptime {},)));
        assert_eq!(number(&ctx, "uptime()"), 5.0);
    });
}
