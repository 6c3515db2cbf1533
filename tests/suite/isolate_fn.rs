//! `#[isolate_fn]`: what DESIGN shows, and that the function stays what it was.

use crate::support::*;
use isolock::{Report, prelude::*};
use isolock_tests::{Fixture, block_on, context, watched};
use std::{
    collections::HashMap,
    error::Error,
    fmt,
    sync::{Arc, Mutex},
    thread,
};

/// The sum.
#[isolate_fn]
fn add(a: f64, b: f64) -> f64 {
    a + b
}

/// A client for a web that is a table.
#[derive(Clone, Default)]
struct HttpClient {
    pages: Arc<HashMap<String, String>>,
}

impl Portable for HttpClient {}

impl HttpClient {
    async fn get(&self, url: &str) -> Result<String, FetchError> {
        // Somebody else's task gets its turn, as with a real client.
        futures::future::lazy(|cx| cx.waker().wake_by_ref()).await;
        self.pages.get(url).cloned().ok_or_else(|| FetchError::NotFound(url.to_owned()))
    }
}

/// A store that may be used from anywhere.
#[derive(Clone, Default)]
struct KvHandle(Arc<Mutex<Vec<usize>>>);

impl Portable for KvHandle {}

#[derive(Debug)]
enum FetchError {
    NotFound(String),
    Run(RunError),
}

impl Portable for FetchError {}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(url) => write!(f, "`{url}` was not found"),
            Self::Run(_) => f.write_str("no turn"),
        }
    }
}

impl Error for FetchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotFound(_) => None,
            Self::Run(error) => Some(error),
        }
    }
}

impl From<RunError> for FetchError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

/// Fetches a page and notes its length.
#[isolate_fn(name = "fetchText")]
async fn fetch_text(
    ev: Event,
    #[capture] client: HttpClient,
    #[capture] kv: KvHandle,
    url: String,
) -> Result<String, FetchError> {
    let body = client.get(&url).await?;
    ev.run((kv, body.len()), |lock, (kv, len)| {
        kv.0.lock().unwrap().push(len);
        lock.console_log(&format!("{len} bytes"));
    })
    .await?;
    Ok(body)
}

fn web() -> HttpClient {
    HttpClient { pages: Arc::new(HashMap::from([("isolock:home".to_owned(), "welcome".to_owned())])) }
}

#[test]
fn what_design_shows_works() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (client, kv) = (web(), KvHandle::default());
        let ctx = block_on(
            isolate
                .context(ContextOptions::new())
                .setup((client, kv.clone()), |lock, (client, kv)| lock.install((add {}, fetch_text { client, kv }))),
        )
        .unwrap();
        assert_eq!(number(&ctx, "fetchText('isolock:home').then(t => add(1, t.length))"), 8.0);
        assert_eq!(*kv.0.lock().unwrap(), [7]);
        let console: Vec<_> = world.fixture.reports();
        assert!(
            matches!(&console[..], [Report::Console { isolate: on, context, text }]
                if *on == isolate.id() && *context == ctx.id() && text == "7 bytes"),
            "{console:?}"
        );
        let error = threw(block_on(ctx.eval::<String>("fetchText('nowhere')")));
        assert_eq!(error.to_string().split(" (at").next(), Some("Error: `nowhere` was not found"));
        let both = "Promise.all(['isolock:home', 'isolock:home'].map(fetchText)).then(t => t.join(' '))";
        assert_eq!(text(&ctx, both), "welcome welcome");
    });
}

#[test]
fn the_functions_stay_what_they_were() {
    assert_eq!(add(1.0, 2.0), 3.0);
    let function: fn(f64, f64) -> f64 = add;
    assert_eq!(function(2.0, 2.0), 4.0);
    assert_eq!([1.0, 2.0, 3.0].into_iter().fold(0.0, add), 6.0);
    assert_eq!(fibonacci(12), 144.0);
    assert_eq!(size_of::<add>(), 0);
}

#[test]
fn an_async_function_stays_callable_with_an_event() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = KvHandle::default();
        let body = block_on(fetch_text(ctx.event(), web(), kv.clone(), "isolock:home".into()));
        assert_eq!((body.unwrap().as_str(), kv.0.lock().unwrap().len()), ("welcome", 1));
        ctx.close();
        let failed = block_on(fetch_text(ctx.event(), web(), kv, "isolock:home".into()));
        assert!(matches!(failed, Err(FetchError::Run(RunError::Gone(_)))), "{failed:?}");
    });
}

/// Calls itself.
#[isolate_fn]
fn fibonacci(n: u32) -> f64 {
    if n < 2 { f64::from(n) } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

/// Tells which thread it runs on.
#[isolate_fn]
fn place(lock: &mut Lock<'_>, prefix: String) -> String {
    format!("{prefix} {} {}", lock.context().id(), thread::current().name().unwrap_or_default())
}

#[test]
fn run_is_a_turn_from_any_thread() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert_eq!(block_on(add::run(&ctx, 1.0, 2.0)).unwrap(), 3.0);
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let ctx = ctx.clone();
                let name = format!("caller-{n}");
                let work = move || block_on(place::run(&ctx, format!("from {n}"))).unwrap();
                thread::Builder::new().name(name).spawn(work).unwrap()
            })
            .collect();
        for (n, thread) in threads.into_iter().enumerate() {
            let (found, wanted) = (thread.join().unwrap(), format!("from {n} {} ", ctx.id()));
            // Shared: on the thread of whoever holds the isolate, perhaps for several callers.
            let on = found.strip_prefix(&wanted).unwrap_or_else(|| panic!("{found}"));
            assert!(on.starts_with(if world.home == Home::Pinned { "isolock-home" } else { "caller-" }), "{on}");
        }
        let kv = KvHandle::default();
        let binding = || fetch_text { client: web(), kv: kv.clone() };
        assert_eq!(block_on(binding().run(&ctx, "isolock:home".into())).unwrap().unwrap(), "welcome");
        let missing = block_on(binding().run(&ctx, "nowhere".into())).unwrap();
        assert!(matches!(missing, Err(FetchError::NotFound(url)) if url == "nowhere"));
        // The weak check.
        ctx.close();
        gone(block_on(add::run(&ctx, 1.0, 2.0)));
        gone(block_on(binding().run(&ctx, "isolock:home".into())));
        assert_eq!(kv.0.lock().unwrap().len(), 1);
    });
}

#[test]
fn the_future_of_run_borrows_nothing() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let future = add::run(&ctx.clone(), 20.0, 22.0);
        let sum = thread::spawn(move || block_on(future)).join().unwrap();
        assert_eq!(sum.unwrap(), 42.0);
    });
}

mod elsewhere {
    //! The crate under another name, functions behind a path.

    pub(crate) use isolock as v8_made_safe;

    pub(crate) mod deeper {
        use super::v8_made_safe::{Lock, RunError};

        /// A reserved word, a path to the crate, an argument that shadows the binding's names.
        #[isolock::isolate_fn(crate = super::v8_made_safe)]
        pub(crate) fn r#match(lock: &mut Lock<'_>, args: String) -> Result<String, RunError> {
            Ok(lock.eval(&args)?.to_rust_string_lossy(lock))
        }

        #[isolock::isolate_fn(name = "$special_1", crate = super::v8_made_safe)]
        pub(crate) fn snake_case_name(value: Option<bool>) -> bool {
            value.unwrap_or(true)
        }

        #[isolock::isolate_fn(crate = super::v8_made_safe)]
        pub(crate) async fn to_camel_case_2(n: f64) -> f64 {
            n + 1.0
        }
    }
}

#[test]
fn names_and_paths() {
    use elsewhere::deeper::{r#match, snake_case_name, to_camel_case_2};
    on_both_homes(|world| {
        let (_isolate, ctx) = world
            .with(|lock, ()| lock.install((r#match {}, elsewhere::deeper::snake_case_name {}, to_camel_case_2 {})));
        assert_eq!(text(&ctx, "globalThis.match('1 + 1')"), "2");
        assert_eq!(text(&ctx, "`${$special_1()} ${$special_1(false)} ${$special_1.name}`"), "true false $special_1");
        assert_eq!(number(&ctx, "toCamelCase2(1)"), 2.0);
        assert!(snake_case_name(None));
        assert_eq!(block_on(r#match::run(&ctx, "'x' + 1".into())).unwrap().unwrap(), "x1");
    });
}

#[test]
fn an_installed_binding_may_be_replaced_and_serve_many_contexts() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let contexts: Vec<_> = (0..3).map(|_| context(&isolate)).collect();
        for ctx in &contexts {
            block_on(ctx.try_run((), |lock, ()| lock.install((add {}, fibonacci {})))).unwrap();
            block_on(ctx.eval::<()>("add = 5; 0")).unwrap();
            block_on(ctx.try_run((), |lock, ()| lock.install((add {},)))).unwrap();
            assert_eq!(number(ctx, "add(fibonacci(5), fibonacci(6))"), 13.0);
        }
        contexts[0].close();
        assert_eq!(number(&contexts[1], "add(1, 1)"), 2.0);
    });
}

#[test]
fn the_example_of_the_documentation_works() -> Result<(), RunError> {
    let sum: f64 = watched(|| {
        block_on(async {
            let runtime = Fixture::new().runtime;
            let isolate = runtime.isolate(IsolateOptions::new())?;
            let ctx = isolate.context(ContextOptions::new()).setup((), |lock, ()| lock.install((add {},))).await?;
            ctx.eval("add(1, 2)").await
        })
    })?;
    assert_eq!(sum, 3.0);
    Ok(())
}
