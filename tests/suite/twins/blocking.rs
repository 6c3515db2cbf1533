//! Waiting, and other threads that call back (R4, R8).

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;
use std::sync::{Arc, Mutex};

async fn read(name: String) -> String {
    // As a real file would, it wakes up later.
    futures::future::lazy(|cx| cx.waker().wake_by_ref()).await;
    format!("var {name} = '{name} was read'; {name}")
}

#[test]
fn r4_async_block_as_turn() {
    async fn load(ctx: &IoContext, name: String) -> Result<String, RunError> {
        let source = read(name).await;
        ctx.run((source,), |_lock, (source,)| source).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let source = block_on(load(&ctx, "main".to_owned())).unwrap();
        assert_eq!(text(&ctx, &source), "main was read");
    });
}

#[test]
fn r4_async_closure_as_turn() {
    async fn load(ctx: &IoContext, name: String) -> Result<(), RunError> {
        ctx.spawn((name,), |ev, (name,)| async move {
            let source = read(name).await;
            ev.run((source,), |lock, (source,)| lock.console_log(&source)).await
        })
        .await?
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(load(&ctx, "a".to_owned())).unwrap();
        assert_eq!(world.console(), ["var a = 'a was read'; a"]);
    });
}

#[test]
fn r4_await_in_turn() {
    async fn load(ctx: &IoContext, name: String) -> Result<(), RunError> {
        let source = read(name).await;
        ctx.try_run((source,), |lock, (source,)| lock.eval(&source).map(|_| ())).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(load(&ctx, "config".to_owned())).unwrap();
        assert_eq!(text(&ctx, "config"), "config was read");
    });
}

#[test]
fn r4_block_on_in_host_function() {
    #[isolate_fn]
    async fn read_text(name: String) -> String {
        read(name).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((read_text {},)));
        assert_eq!(text(&ctx, "readText('page').then(eval)"), "page was read");
    });
}

#[test]
fn r4_lock_in_async_block() {
    async fn load(ctx: &IoContext, name: String) -> Result<(), RunError> {
        let source = read(name).await;
        ctx.run((source,), |lock, (source,)| lock.console_log(&source)).await?;
        Ok(())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(load(&ctx, "b".to_owned())).unwrap();
        assert_eq!(world.console(), ["var b = 'b was read'; b"]);
    });
}

#[test]
fn r4_mutex_guard_held_across_await() {
    #[isolate_fn]
    async fn append(ev: Event, #[capture] lines: Arc<Mutex<Vec<String>>>, line: String) -> Result<(), RunError> {
        {
            let mut lines = lines.lock().unwrap();
            lines.push(line.clone());
        }
        ev.run((line,), |lock, (line,)| lock.console_log(&line)).await?;
        Ok(())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let lines = Arc::new(Mutex::new(Vec::new()));
        block_on(ctx.try_run((lines.clone(),), |lock, (lines,)| lock.install((append { lines },)))).unwrap();
        block_on(ctx.eval::<()>("append('one').then(() => append('two'))")).unwrap();
        assert_eq!((*lines.lock().unwrap()).clone(), world.console());
        assert_eq!(*lines.lock().unwrap(), ["one", "two"]);
    });
}

#[test]
fn r4_run_blocking_in_host_function() {
    #[isolate_fn]
    async fn ask(ev: Event, #[capture] plugin: WeakIoContext, question: String) -> Result<String, RunError> {
        ev.run((question.clone(),), |lock, (question,)| lock.console_log(&question)).await?;
        plugin.run((question,), |_lock, (question,)| format!("{question}? No.")).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (_other_isolate, plugin) = world.context();
        block_on(ctx.try_run((plugin.downgrade(),), |lock, (plugin,)| lock.install((ask { plugin },)))).unwrap();
        assert_eq!(text(&ctx, "ask('Is it late')"), "Is it late? No.");
        assert_eq!(world.console(), ["Is it late"]);
    });
}

#[test]
fn r8_function_called_by_thread() {
    #[isolate_fn]
    fn watch<'s>(lock: &mut Lock<'s>, path: String, on_change: v8::Local<'s, v8::Function>) {
        let (on_change, ctx) = (lock.root(on_change), lock.context());
        std::thread::spawn(move || {
            let turn = ctx.try_run((on_change, path), |lock, (on_change, path)| {
                let (on_change, path) = (on_change.try_get(lock)?, lock.string(&path)?);
                lock.try_catch(|lock| on_change.call(lock, lock.undefined(), &[path.into()]).map(|_| ()))
            });
            block_on(turn)
        });
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((watch {},)));
        let changed = "new Promise(resolve => watch('main.js', resolve))";
        assert_eq!(text(&ctx, changed), "main.js");
    });
}

#[test]
fn r8_lock_moved_into_thread() {
    async fn start_timer(ctx: &IoContext) -> Result<(), RunError> {
        ctx.run((), |lock, ()| {
            let ctx = lock.context();
            std::thread::spawn(move || block_on(ctx.run((), |lock, ()| lock.eval("onTimer()").is_ok())));
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "var onTimer, fired = new Promise(resolve => onTimer = () => resolve('fired')); ''");
        block_on(start_timer(&ctx)).unwrap();
        assert_eq!(text(&ctx, "fired"), "fired");
    });
}
