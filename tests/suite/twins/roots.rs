//! JS values that are kept, and values that go from one isolate to another (R5, R6).

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;

/// Something to call that leaves a trace.
const HANDLER: &str = "var calls = 0; var handler = () => { calls += 1 }; handler";

fn handler(ctx: &IoContext) -> JsRoot<v8::Function> {
    block_on(ctx.eval(HANDLER)).unwrap()
}

#[test]
fn r5_global_as_capture() {
    #[isolate_fn]
    fn call_later(lock: &mut Lock<'_>, #[capture] handler: &JsRoot<v8::Function>) -> Result<(), RunError> {
        let handler = handler.try_get(lock)?;
        handler.call(lock, lock.undefined(), &[]);
        Ok(())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let handler = handler(&ctx);
        block_on(ctx.try_run((handler,), |lock, (handler,)| lock.install((call_later { handler },)))).unwrap();
        assert_eq!(number(&ctx, "callLater(); callLater(); calls"), 2.0);
    });
}

#[test]
fn r5_global_as_result() {
    async fn handler(ctx: &IoContext) -> Result<JsRoot<v8::Value>, RunError> {
        ctx.try_run((), |lock, ()| {
            let handler = lock.eval("onmessage")?;
            Ok(lock.root(handler))
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "var onmessage = () => {}; ''");
        let handler = block_on(handler(&ctx)).unwrap();
        let same = block_on(ctx.try_run((handler,), |lock, (handler,)| {
            let now = lock.eval("onmessage")?;
            Ok::<_, RunError>(handler.try_get(lock)?.strict_equals(now))
        }));
        assert!(same.unwrap());
    });
}

#[test]
fn r5_global_captured() {
    async fn dispatch(ctx: &IoContext, handler: JsRoot<v8::Function>) -> Result<(), RunError> {
        ctx.try_run((handler,), |lock, (handler,)| {
            let handler = handler.try_get(lock)?;
            handler.call(lock, lock.undefined(), &[]);
            Ok(())
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(dispatch(&ctx, handler(&ctx))).unwrap();
        assert_eq!(number(&ctx, "calls"), 1.0);
    });
}

#[test]
fn r5_root_opened_by_context() {
    async fn is_function(ctx: &IoContext, root: &JsRoot<v8::Value>) -> Result<bool, RunError> {
        ctx.try_run((root.clone(),), |lock, (root,)| Ok(root.try_get(lock)?.is_function())).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let root = block_on(ctx.eval(HANDLER)).unwrap();
        assert!(block_on(is_function(&ctx, &root)).unwrap());
    });
}

#[test]
fn r5_root_opened_without_lock() {
    fn describe(lock: &Lock<'_>, root: &JsRoot<v8::Value>) -> Result<String, RunError> {
        Ok(root.try_get(lock)?.type_of(lock).to_rust_string_lossy(lock))
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let root = block_on(ctx.eval(HANDLER)).unwrap();
        let described = block_on(ctx.try_run((root,), |lock, (root,)| describe(lock, &root)));
        assert_eq!(described.unwrap(), "function");
    });
}

#[test]
fn r6_local_taken_into_another_isolate() {
    #[isolate_fn]
    fn share(lock: &mut Lock<'_>, #[capture] other: &WeakIoContext, value: String) {
        let posted = lock.promise((other.clone(), value), |_ev, (other, value)| async move {
            other.try_run((value,), |lock, (value,)| lock.set_global("posted", value)).await
        });
        lock.console_log(&format!("posted: {}", posted.is_ok()));
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (_other_isolate, other) = world.context();
        block_on(ctx.try_run((other.downgrade(),), |lock, (other,)| lock.install((share { other },)))).unwrap();
        block_on(ctx.eval::<()>("share('settings')")).unwrap();
        block_on(ctx.idle());
        assert_eq!((world.console(), text(&other, "posted")), (vec!["posted: true".into()], "settings".into()));
    });
}

#[test]
fn r6_value_of_one_lock_given_to_another() {
    async fn copy(from: &IoContext, to: &IoContext) -> Result<(), RunError> {
        let settings: String = from.eval("JSON.stringify(settings)").await?;
        to.try_run((settings,), |lock, (settings,)| {
            let settings = lock.eval(&format!("({settings})"))?;
            lock.set_global("settings", settings)
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, from) = world.context();
        let (_other_isolate, to) = world.context();
        text(&from, "var settings = { depth: { is: 3 } }; ''");
        block_on(copy(&from, &to)).unwrap();
        assert_eq!(number(&to, "settings.depth.is"), 3.0);
    });
}

#[test]
fn r6_lock_taken_into_another_isolate() {
    async fn ask(ctx: &IoContext, plugin: &IoContext) -> Result<String, RunError> {
        let question: String = ctx.eval("question").await?;
        plugin
            .try_run((question,), |plugin, (question,)| {
                plugin.set_global("question", question)?;
                plugin.eval("answer(question)").map(|answer| answer.to_rust_string_lossy(plugin))
            })
            .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (_other_isolate, plugin) = world.context();
        text(&ctx, "var question = 'Is it late?'; ''");
        text(&plugin, "function answer(question) { return question + ' No.' }; ''");
        assert_eq!(block_on(ask(&ctx, &plugin)).unwrap(), "Is it late? No.");
    });
}

#[test]
fn r6_locks_of_contexts_swapped() {
    fn exchange(lock: &mut Lock<'_>, other: &WeakIoContext) -> Result<(), RunError> {
        let mine = lock.eval("settings")?;
        let mine = lock.root(mine);
        let theirs = lock.in_context(other, (mine,), |lock, (mine,)| {
            let theirs = lock.eval("settings")?;
            lock.set_global("settings", mine)?;
            Ok::<_, RunError>(lock.root(theirs))
        })??;
        lock.set_global("settings", theirs)
    }

    on_both_homes(|world| {
        let (_isolate, ctx, other) = world.group();
        text(&ctx, "var settings = { of: 'one' }; ''");
        text(&other, "var settings = { of: 'two' }; ''");
        block_on(ctx.try_run((other.downgrade(),), |lock, (other,)| exchange(lock, &other))).unwrap();
        assert_eq!((text(&ctx, "settings.of"), text(&other, "settings.of")), ("two".into(), "one".into()));
    });
}

#[test]
fn r6_locks_of_turns_swapped() {
    async fn load_both(mut first: &IoContext, mut second: &IoContext, swapped: bool) -> Result<(), RunError> {
        if swapped {
            std::mem::swap(&mut first, &mut second);
        }
        first.eval::<()>("load()").await?;
        second.eval::<()>("load()").await?;
        Ok(())
    }

    on_both_homes(|world| {
        let (_isolate, one) = world.with(|lock, ()| lock.eval("var load = () => log('one')").map(|_| ()));
        let (_other_isolate, two) = world.with(|lock, ()| lock.eval("var load = () => log('two')").map(|_| ()));
        for ctx in [&one, &two] {
            block_on(ctx.try_run((), |lock, ()| {
                let log = lock.function("log", (), |lock, (), (line,): (String,)| lock.console_log(&line))?;
                lock.set_global("log", log)
            }))
            .unwrap();
        }
        block_on(load_both(&one, &two, false)).unwrap();
        block_on(load_both(&one, &two, true)).unwrap();
        assert_eq!(world.console(), ["one", "two", "two", "one"]);
    });
}

#[test]
fn r6_root_made_with_another_lock() {
    fn keep(from: &mut Lock<'_>) -> Result<JsRoot<v8::Value>, RunError> {
        let settings = from.eval("settings")?;
        Ok(from.root(settings))
    }

    on_both_homes(|world| {
        let (_isolate, from) = world.context();
        let (_other_isolate, to) = world.context();
        text(&from, "var settings = {}; ''");
        let kept = block_on(from.try_run((), |lock, ()| keep(lock))).unwrap();
        // The root knows where it belongs, which a lifetime could not say.
        let opened = block_on(to.try_run((kept,), |lock, (kept,)| kept.try_get(lock).map(|kept| kept.is_object())));
        assert!(matches!(opened, Err(RunError::WrongIsolate { .. })), "{opened:?}");
    });
}
