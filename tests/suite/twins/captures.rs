//! What turns and asynchronous bodies take along (R2).

use crate::support::*;
use isolock::prelude::*;
use isolock_tests::block_on;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        mpsc::{Sender, channel},
    },
};

#[test]
fn r2_borrowed_str_captured() {
    async fn load(ctx: &IoContext, source: &str) -> Result<(), RunError> {
        ctx.try_run((source.to_owned(),), |lock, (source,)| lock.eval(&source).map(|_| ())).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let source = format!("var loaded = {}", 6 * 7);
        block_on(load(&ctx, &source)).unwrap();
        assert_eq!(number(&ctx, "loaded"), 42.0);
    });
}

#[test]
fn r2_boxed_closure_captured() {
    type Job<C> = fn(&mut Lock<'_>, C);

    async fn run_job<C: Portable>(ctx: &IoContext, captures: C, job: Job<C>) -> Result<(), RunError> {
        ctx.run(captures, job).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let name = String::from("isolock");
        block_on(run_job(&ctx, (name,), |lock, (name,)| lock.console_log(&name))).unwrap();
        assert_eq!(world.console(), ["isolock"]);
    });
}

#[test]
fn r2_mutex_guard_captured() {
    static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

    async fn print(ctx: &IoContext) -> Result<(), RunError> {
        let lines = LINES.lock().unwrap().clone();
        ctx.run((lines,), |lock, (lines,)| lines.iter().for_each(|line| lock.console_log(line))).await
    }

    LINES.lock().unwrap().extend(["one".to_owned(), "two".to_owned()]);
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(print(&ctx)).unwrap();
        assert_eq!(world.console(), ["one", "two"]);
    });
}

#[test]
fn r2_own_type_captured() {
    struct Settings {
        title: String,
    }

    impl Portable for Settings {}

    async fn configure(ctx: &IoContext, settings: Settings) -> Result<(), RunError> {
        ctx.try_run((settings,), |lock, (settings,)| lock.set_global("title", settings.title)).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(configure(&ctx, Settings { title: "home".to_owned() })).unwrap();
        assert_eq!(text(&ctx, "title"), "home");
    });
}

#[test]
fn r2_rc_captured() {
    async fn configure(ctx: &IoContext, settings: Arc<str>) -> Result<(), RunError> {
        ctx.run((settings,), |lock, (settings,)| lock.console_log(&settings)).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(configure(&ctx, Arc::from("dark"))).unwrap();
        assert_eq!(world.console(), ["dark"]);
    });
}

#[test]
fn r2_reference_captured() {
    async fn publish(ctx: &IoContext, settings: &HashMap<String, f64>) -> Result<(), RunError> {
        ctx.try_run((settings.clone(),), |lock, (settings,)| {
            settings.iter().try_for_each(|(name, value)| lock.set_global(name, *value))
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let settings = HashMap::from([("width".to_owned(), 80.0), ("height".to_owned(), 25.0)]);
        block_on(publish(&ctx, &settings)).unwrap();
        assert_eq!(number(&ctx, "width * height"), 2000.0);
    });
}

#[test]
fn r2_too_many_captures() {
    async fn draw(ctx: &IoContext, x: [f64; 13]) -> Result<f64, RunError> {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m] = x;
        ctx.run(((a, b, c, d, e, f), (g, h, i, j, k, l, m)), |_lock, ((a, b, c, d, e, f), (g, h, i, j, k, l, m))| {
            a + b + c + d + e + f + g + h + i + j + k + l + m
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let x = std::array::from_fn(|index| index as f64);
        assert_eq!(block_on(draw(&ctx, x)).unwrap(), 78.0);
    });
}

#[test]
fn r2_unlisted_variable_in_event_run() {
    #[isolate_fn]
    async fn fetch_text(ev: Event, url: String) -> Result<String, RunError> {
        let body = format!("the text at {url}");
        ev.run((body.clone(),), |lock, (body,)| lock.console_log(&format!("{} bytes", body.len()))).await?;
        Ok(body)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((fetch_text {},)));
        assert_eq!(text(&ctx, "fetchText('home')"), "the text at home");
        assert_eq!(world.console(), ["16 bytes"]);
    });
}

#[test]
fn r2_unlisted_variable_in_function() {
    async fn install_emit(ctx: &IoContext, sender: Sender<String>) -> Result<(), RunError> {
        ctx.try_run((sender,), |lock, (sender,)| {
            let emit =
                lock.function("emit", (sender,), |_lock, (sender,), (text,): (String,)| sender.send(text).is_ok())?;
            lock.set_global("emit", emit)
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, receiver) = channel();
        block_on(install_emit(&ctx, sender)).unwrap();
        assert!(block_on(ctx.eval::<bool>("emit('one')")).unwrap());
        assert_eq!(receiver.recv().unwrap(), "one");
    });
}

#[test]
fn r2_unlisted_variable_in_move_closure() {
    async fn greet(ctx: &IoContext, name: String) -> Result<(), RunError> {
        ctx.run((name,), |lock, (name,)| lock.console_log(&name)).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(greet(&ctx, "Ada".to_owned())).unwrap();
        assert_eq!(world.console(), ["Ada"]);
    });
}

#[test]
fn r2_unlisted_variable_in_run() {
    async fn greet(ctx: &IoContext, name: String) -> Result<(), RunError> {
        ctx.run((name,), |lock, (name,)| lock.console_log(&name)).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(greet(&ctx, "Grace".to_owned())).unwrap();
        assert_eq!(world.console(), ["Grace"]);
    });
}

#[test]
fn r2_unlisted_variable_in_setup() {
    async fn start(isolate: &Isolate, version: u32) -> Result<IoContext, RunError> {
        isolate
            .context(ContextOptions::new())
            .setup((version,), |lock, (version,)| lock.set_global("version", version))
            .await
    }

    on_both_homes(|world| {
        let ctx = block_on(start(&world.isolate(), 152)).unwrap();
        assert_eq!(number(&ctx, "version"), 152.0);
    });
}

#[test]
fn r2_unlisted_variable_in_spawn() {
    async fn refresh(ctx: &IoContext, interval: u64) -> Result<(), RunError> {
        ctx.spawn((interval,), |ev, (interval,)| async move {
            let _ = ev.run((interval,), |lock, (interval,)| lock.console_log(&format!("every {interval} ms"))).await;
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(refresh(&ctx, 50)).unwrap();
        assert_eq!(world.console(), ["every 50 ms"]);
    });
}

#[test]
fn r2_unlisted_variable_in_try_run() {
    async fn load(ctx: &IoContext, source: String) -> Result<(), RunError> {
        ctx.try_run((source,), |lock, (source,)| lock.eval(&source).map(|_| ())).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(load(&ctx, "var loaded = 1".to_owned())).unwrap();
        assert_eq!(number(&ctx, "loaded"), 1.0);
        assert_eq!(threw(block_on(load(&ctx, "throw 'up'".to_owned()))).message, "up");
    });
}
