//! What asynchronous bodies and promises take along and give back, and what only looks like data (R2, R3, R4).

use crate::support::*;
use futures::{
    StreamExt as _,
    channel::{mpsc::UnboundedReceiver, oneshot},
};
use isolock::{prelude::*, v8};
use isolock_tests::block_on;
use std::{
    pin::Pin,
    sync::{Arc, Mutex, RwLock},
    thread,
};

#[test]
fn r2_future_captured() {
    type Body = Pin<Box<dyn Future<Output = String> + Send>>;

    async fn publish(ctx: &IoContext, body: Body) -> Result<(), RunError> {
        let text = body.await;
        ctx.run((text,), |lock, (text,)| lock.console_log(&text)).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(publish(&ctx, Box::pin(async { "fetched".to_owned() }))).unwrap();
        assert_eq!(world.console(), ["fetched"]);
    });
}

#[test]
fn r2_closure_captured() {
    async fn title(ctx: &IoContext, format: impl Fn(f64) -> String + Send + 'static) -> Result<String, RunError> {
        let value = ctx.try_run((), |lock, ()| {
            let value = lock.eval("visitors")?.number_value(lock).unwrap_or_default();
            Ok::<_, RunError>(value)
        });
        Ok(format(value.await?))
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.set_global("visitors", 3.0)).unwrap();
        let name = String::from("visitors");
        let title = block_on(title(&ctx, move |value| format!("{value} {name}"))).unwrap();
        assert_eq!(title, "3 visitors");
    });
}

#[test]
fn r4_std_receiver_in_asynchronous_body() {
    async fn forward(ctx: &IoContext, lines: UnboundedReceiver<String>) -> Result<(), RunError> {
        ctx.spawn((lines,), |event, (mut lines,)| async move {
            while let Some(line) = lines.next().await {
                event.run((line,), |lock, (line,)| lock.console_log(&line)).await?;
            }
            Ok(())
        })
        .await?
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, lines) = futures::channel::mpsc::unbounded();
        sender.unbounded_send("one".to_owned()).unwrap();
        sender.unbounded_send("two".to_owned()).unwrap();
        drop(sender);
        block_on(forward(&ctx, lines)).unwrap();
        assert_eq!(world.console(), ["one", "two"]);
    });
}

#[test]
fn r4_join_handle_captured() {
    async fn publish(ctx: &IoContext, checksum: oneshot::Receiver<f64>) -> Result<(), RunError> {
        let checksum = checksum.await.map_err(|_| RunError::Refused("the thread gave up"))?;
        ctx.try_run((checksum,), |lock, (checksum,)| lock.set_global("checksum", checksum)).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, checksum) = oneshot::channel();
        let thread = thread::spawn(move || sender.send(7.0));
        block_on(publish(&ctx, checksum)).unwrap();
        thread.join().unwrap().unwrap();
        assert_eq!(number(&ctx, "checksum"), 7.0);
    });
}

#[test]
fn r2_cell_borrow_in_critical_section() {
    async fn store(event: Event, cache: Arc<Mutex<Vec<String>>>) -> Result<(), RunError> {
        event
            .critical_section((cache,), |event, (cache,)| async move {
                let entered = event.run((), |lock, ()| lock.entered().file().to_owned()).await?;
                cache.lock().unwrap().push(entered);
                Ok(())
            })
            .await?
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let cache = Arc::new(Mutex::new(Vec::new()));
        block_on(store(ctx.event(), cache.clone())).unwrap();
        assert_eq!(*cache.lock().unwrap(), [file!()]);
    });
}

#[test]
fn r2_rwlock_guard_in_critical_section() {
    async fn publish(event: Event, settings: &RwLock<Vec<String>>) -> Result<(), RunError> {
        let count = settings.read().unwrap().len() as f64;
        event
            .critical_section((count,), |event, (count,)| async move {
                event.try_run((count,), |lock, (count,)| lock.set_global("count", count)).await
            })
            .await?
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(publish(ctx.event(), &RwLock::new(vec![String::new(); 3]))).unwrap();
        assert_eq!(number(&ctx, "count"), 3.0);
    });
}

#[test]
fn r2_reference_in_promise() {
    struct Settings {
        greeting: String,
    }

    fn greeting<'s>(lock: &mut Lock<'s>, settings: &Settings) -> Result<v8::Local<'s, v8::Promise>, RunError> {
        lock.promise((settings.greeting.clone(),), |_event, (greeting,)| async move { greeting })
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.try_run((), |lock, ()| {
            let settings = Settings { greeting: "good day".into() };
            let promise = greeting(lock, &settings)?;
            lock.set_global("greeting", v8::Local::<v8::Value>::from(promise))
        }))
        .unwrap();
        assert_eq!(text(&ctx, "greeting"), "good day");
    });
}

#[test]
fn r2_borrowing_fn_pointer_captured() {
    async fn print(ctx: &IoContext, lines: Vec<String>, format: fn(String) -> String) -> Result<(), RunError> {
        ctx.run((lines, format), |lock, (lines, format)| {
            lines.into_iter().for_each(|line| lock.console_log(&format(line)));
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(print(&ctx, vec!["a".into(), "b".into()], |line| line + "!")).unwrap();
        assert_eq!(world.console(), ["a!", "b!"]);
    });
}

#[test]
fn r2_iterator_captured() {
    async fn print(ctx: &IoContext, names: Vec<String>, greeting: &'static str) -> Result<(), RunError> {
        let lines: Vec<_> = names.into_iter().map(|name| format!("{greeting}, {name}")).collect();
        ctx.run((lines.into_iter(),), |lock, (lines,)| lines.for_each(|line| lock.console_log(&line))).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(print(&ctx, vec!["a".into(), "b".into()], "hello")).unwrap();
        assert_eq!(world.console(), ["hello, a", "hello, b"]);
    });
}

#[test]
fn r2_spawned_result_not_portable() {
    struct Visit {
        began: String,
    }
    impl Portable for Visit {}

    async fn visit(ctx: &IoContext) -> Result<Visit, RunError> {
        ctx.spawn((), |event, ()| async move {
            let began = event.run((), |lock, ()| lock.entered().file().to_owned()).await.unwrap_or_default();
            Visit { began }
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert_eq!(block_on(visit(&ctx)).unwrap().began, file!());
    });
}

#[test]
fn r3_runtime_in_asynchronous_body() {
    async fn grow(ctx: &IoContext, runtime: &Runtime) -> Result<Vec<Isolate>, RunError> {
        let count = ctx.spawn((), |event, ()| async move {
            event
                .try_run((), |lock, ()| {
                    let count = lock.eval("isolates")?.number_value(lock).unwrap_or_default();
                    Ok::<_, RunError>(count as usize)
                })
                .await
        });
        let count = count.await??;
        (0..count).map(|_| Ok(runtime.isolate(IsolateOptions::new()).expect("an isolate"))).collect()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.set_global("isolates", 2.0)).unwrap();
        assert_eq!(block_on(grow(&ctx, &world.fixture.runtime)).unwrap().len(), 2);
    });
}
