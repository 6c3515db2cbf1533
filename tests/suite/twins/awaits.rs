//! What host functions do while nobody waits for them, and what async ones keep across an `.await` (R3, R4).

use crate::support::*;
use futures::channel::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    oneshot,
};
use isolock::prelude::*;
use isolock_tests::block_on;
use std::{
    sync::{Arc, RwLock},
    time::Duration,
};

#[test]
fn r3_liveness_asked_before_await() {
    async fn save(_line: &str) {}

    #[isolate_fn]
    async fn append(ev: Event, line: String) -> Result<(), RunError> {
        save(&line).await;
        if ev.context().is_alive() {
            ev.run((line,), |lock, (line,)| lock.set_global("line", line)).await??;
        }
        Ok(())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((append {},)));
        assert_eq!(text(&ctx, "append('x').then(() => line)"), "x");
    });
}

#[test]
fn r4_rwlock_guard_held_across_await() {
    async fn send(out: &UnboundedSender<String>, line: String) {
        out.unbounded_send(line).unwrap();
    }

    #[isolate_fn]
    async fn notify(#[capture] names: Arc<RwLock<Vec<String>>>, #[capture] out: UnboundedSender<String>, line: String) {
        let names = names.read().unwrap().clone();
        for name in names {
            send(&out, format!("{name}: {line}")).await;
        }
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (out, mut lines): (_, UnboundedReceiver<String>) = unbounded();
        let names = Arc::new(RwLock::new(vec!["a".to_owned(), "b".to_owned()]));
        block_on(notify { names, out }.run(&ctx, "x".into())).unwrap();
        assert_eq!((lines.try_recv().unwrap(), lines.try_recv().unwrap()), ("a: x".into(), "b: x".into()));
    });
}

#[test]
fn r4_thread_sleep_in_host_function() {
    /// The embedder's timer: it fires when the test says so.
    #[derive(Clone)]
    struct Timer(UnboundedSender<(Duration, oneshot::Sender<()>)>);

    impl Portable for Timer {}

    #[isolate_fn]
    async fn sleep(#[capture] timer: Timer, ms: f64) {
        let (fire, fired) = oneshot::channel();
        timer.0.unbounded_send((Duration::from_secs_f64(ms / 1000.0), fire)).unwrap();
        fired.await.unwrap_or_default();
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (timer, mut set) = unbounded();
        let timer = Timer(timer);
        block_on(ctx.try_run((timer,), |lock, (timer,)| lock.install((sleep { timer },)))).unwrap();
        let slept = pending(ctx.eval::<f64>("sleep(250).then(() => 1)"));
        let (duration, fire) = block_on(futures::StreamExt::next(&mut set)).unwrap();
        assert_eq!(duration, Duration::from_millis(250));
        // Nobody is kept out meanwhile.
        assert_eq!(number(&ctx, "2"), 2.0);
        fire.send(()).unwrap();
        assert_eq!(block_on(slept).unwrap(), 1.0);
    });
}

#[test]
fn r4_file_read_in_host_function() {
    #[isolate_fn]
    async fn read_text(path: String) -> Result<String, std::io::Error> {
        // On a thread that may block.
        let (reply, text) = oneshot::channel();
        std::thread::spawn(move || reply.send(std::fs::read_to_string(path)));
        text.await.map_err(std::io::Error::other)?
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((read_text {},)));
        let this = format!("readText({:?})", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        assert!(text(&ctx, &this).contains("isolock-tests"));
        threw(block_on(ctx.eval::<String>("readText('/no/such/file')")));
    });
}

#[test]
fn r4_blocking_call_in_turn_of_async_function() {
    async fn load(name: String) -> String {
        format!("the text of {name}")
    }

    #[isolate_fn]
    async fn preload(ev: Event, name: String) -> Result<(), RunError> {
        let text = load(name).await;
        ev.run((text,), |lock, (text,)| lock.set_global("text", text)).await?
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((preload {},)));
        assert_eq!(text(&ctx, "preload('x').then(() => text)"), "the text of x");
    });
}
