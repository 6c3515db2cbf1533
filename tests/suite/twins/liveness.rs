//! Contexts across threads and awaits, and who drops what (R3, R9).

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;

#[test]
fn r3_context_as_capture() {
    #[isolate_fn]
    async fn ping(#[capture] other: WeakIoContext) -> Result<f64, RunError> {
        other.try_run((), |lock, ()| Ok(lock.eval("1")?.number_value(lock).unwrap_or_default())).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (_other_isolate, other) = world.context();
        block_on(ctx.try_run((other.downgrade(),), |lock, (other,)| lock.install((ping { other },)))).unwrap();
        assert_eq!(number(&ctx, "ping()"), 1.0);
        other.close();
        let message = threw(block_on(ctx.eval::<f64>("ping()"))).message;
        assert!(message.starts_with("R3 weak-across-threads: "), "{message}");
    });
}

#[test]
fn r3_context_captured_in_arc() {
    async fn link(ctx: &IoContext, other: WeakIoContext) -> Result<(), RunError> {
        ctx.run((other,), |lock, (other,)| lock.console_log(&format!("linked to {}", other.id()))).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (_other_isolate, other) = world.context();
        block_on(link(&ctx, other.downgrade())).unwrap();
        assert_eq!(world.console(), [format!("linked to {}", other.id())]);
    });
}

#[test]
fn r3_context_captured_in_run() {
    async fn report(ctx: &IoContext) -> Result<(), RunError> {
        ctx.run((ctx.downgrade(),), |lock, (ctx,)| lock.console_log(&format!("in {}", ctx.id()))).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(report(&ctx)).unwrap();
        assert_eq!(world.console(), [format!("in {}", ctx.id())]);
    });
}

#[test]
fn r3_context_captured_in_spawn() {
    async fn poll(ctx: IoContext) -> Result<(), RunError> {
        ctx.spawn((ctx.downgrade(),), |_ev, (ctx,)| async move {
            let _ = ctx.run((), |lock, ()| lock.console_log("still here")).await;
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(poll(ctx)).unwrap();
        assert_eq!(world.console(), ["still here"]);
    });
}

#[test]
fn r3_isolate_captured() {
    async fn fork(ctx: &IoContext, isolate: Isolate) -> Result<(), RunError> {
        ctx.run((format!("{:?}", isolate.stats()),), |lock, (stats,)| lock.console_log(&stats)).await
    }

    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        block_on(fork(&ctx, isolate)).unwrap();
        let console = world.console();
        assert!(console[0].contains("contexts: 1"), "{console:?}");
    });
}

#[test]
fn r3_weak_context_upgraded() {
    async fn later(ctx: WeakIoContext) -> Result<f64, RunError> {
        ctx.try_run((), |lock, ()| Ok(lock.eval("later()")?.number_value(lock).unwrap_or_default())).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "function later() { return 5 }; ''");
        let weak = ctx.downgrade();
        assert_eq!(block_on(later(weak.clone())).unwrap(), 5.0);
        drop(ctx);
        gone(block_on(later(weak)));
    });
}

#[test]
fn r9_context_as_result_of_task() {
    async fn open(isolate: &Isolate) -> Result<IoContext, RunError> {
        isolate.context(ContextOptions::new()).build().await
    }

    async fn fork(ctx: &IoContext, isolate: &Isolate) -> Result<IoContext, RunError> {
        let fork = open(isolate).await?;
        ctx.spawn((fork.downgrade(),), |_ev, (fork,)| async move { fork.run((), |_lock, ()| ()).await }).await??;
        Ok(fork)
    }

    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let fork = block_on(fork(&ctx, &isolate)).unwrap();
        assert!(fork.is_alive() && fork.id() != ctx.id());
        assert_eq!(number(&fork, "1 + 1"), 2.0);
    });
}

#[test]
fn r9_global_dropped_by_task() {
    async fn later(ctx: &IoContext, handler: JsRoot<v8::Function>) -> Result<(), RunError> {
        ctx.spawn((handler,), |_ev, (handler,)| async move { drop(handler) }).await
    }

    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let handler = block_on(ctx.eval::<JsRoot<v8::Function>>("() => 1")).unwrap();
        block_on(later(&ctx, handler)).unwrap();
        // Released at home, in a turn.
        until(|| isolate.stats().roots == 0 && isolate.stats().deferred_drops == 0);
    });
}

#[test]
fn r9_root_of_rust_value() {
    async fn keep(ctx: &IoContext, path: std::path::PathBuf) -> Result<(), RunError> {
        ctx.run((path,), |lock, (path,)| lock.console_log(&path.display().to_string())).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(keep(&ctx, "main.js".into())).unwrap();
        assert_eq!(world.console(), ["main.js"]);
    });
}
