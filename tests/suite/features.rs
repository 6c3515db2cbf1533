//! What the crate's features `tokio` and `tracing` add.

use isolock::{Runtime, prelude::*};
use isolock_tests::{block_on, context, watched};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, mpsc},
    thread,
};
use tracing::span;
use tracing_subscriber::{Layer, layer::SubscriberExt, registry::LookupSpan};

#[isolate_fn]
async fn who_polls(_ev: Event, #[capture] out: mpsc::Sender<String>) -> f64 {
    // Once through the executor, so that the name is that of a worker.
    futures::future::ready(()).await;
    out.send(thread::current().name().unwrap_or_default().to_owned()).expect("a receiver");
    1.0
}

fn poller_of(runtime: &Runtime) -> String {
    let (out, names) = mpsc::channel();
    let isolate = runtime.isolate(IsolateOptions::new()).expect("an isolate");
    let ctx = isolate.context(ContextOptions::new()).setup((out,), |lock, (out,)| lock.install((who_polls { out },)));
    let ctx = block_on(ctx).expect("a context");
    let _: f64 = block_on(ctx.eval("whoPolls()")).expect("a number");
    names.recv().expect("a name")
}

#[test]
fn tokio_polls_host_functions_of_a_runtime_built_inside_it() {
    watched(|| {
        let tokio = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("the-tokio-worker")
            .build()
            .expect("a tokio runtime");
        let inside = tokio.block_on(async { Runtime::builder().build() }).expect("a runtime");
        assert_eq!(poller_of(&inside), "the-tokio-worker");
        let named = Runtime::builder().spawner(isolock::TokioSpawner(tokio.handle().clone())).build();
        assert_eq!(poller_of(&named.expect("a runtime")), "the-tokio-worker");
        // Built outside, the runtime has a pool of its own.
        let outside = Runtime::builder().build().expect("a runtime");
        assert!(poller_of(&outside).starts_with("isolock-tasks-"));
    });
}

/// Keeps the name of each span together with that of its parent.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<HashSet<[String; 2]>>>);

impl<S: tracing::Subscriber + for<'l> LookupSpan<'l>> Layer<S> for Spans {
    fn on_new_span(
        &self,
        _attributes: &span::Attributes<'_>,
        id: &span::Id,
        ctx: tracing_subscriber::layer::Context<'_, S>,
    ) {
        let span = ctx.span(id).expect("a new span");
        let parent = span.parent().map(|parent| parent.name().to_owned()).unwrap_or_default();
        self.0.lock().expect("the spans").insert([span.name().to_owned(), parent]);
    }
}

#[test]
fn tracing_puts_a_turn_under_the_span_that_asked_for_it() {
    watched(|| {
        // For the whole process: `tracing` remembers for each place whether anybody is interested, and another test may
        // come to ours first, on a thread whose own subscriber is none.
        let spans = Spans::default();
        let subscriber = tracing_subscriber::registry().with(spans.clone());
        tracing::subscriber::set_global_default(subscriber).expect("the only subscriber of this process");
        let runtime = Runtime::builder().build().expect("a runtime");
        let isolate = runtime.isolate(IsolateOptions::new()).expect("an isolate");
        let ctx = context(&isolate);
        // Asked for inside the span, awaited outside of it.
        let turn = tracing::info_span!("the request").in_scope(|| ctx.run((), |_lock, ()| ()));
        block_on(turn).expect("a turn");
        let spans = spans.0.lock().expect("the spans");
        assert!(spans.contains(&["turn".to_owned(), "the request".to_owned()]), "{spans:?}");
    });
}
