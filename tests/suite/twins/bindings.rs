//! Annotated functions and their capture structs (R2).

use crate::support::*;
use isolock::prelude::*;
use isolock_tests::block_on;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        mpsc::{Sender, channel},
    },
    time::Duration,
};

#[test]
fn r2_argument_not_from_js() {
    #[isolate_fn]
    fn set_interval(interval: f64) -> f64 {
        Duration::from_secs_f64(interval / 1000.0).as_secs_f64()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((set_interval {},)));
        assert_eq!(number(&ctx, "setInterval(1500)"), 1.5);
    });
}

#[test]
fn r2_binding_installed_without_tuple() {
    #[isolate_fn]
    fn add(a: f64, b: f64) -> f64 {
        a + b
    }

    async fn start(isolate: &Isolate) -> Result<IoContext, RunError> {
        isolate.context(ContextOptions::new()).setup((), |lock, ()| lock.install((add {},))).await
    }

    on_both_homes(|world| {
        let ctx = block_on(start(&world.isolate())).unwrap();
        assert_eq!(number(&ctx, "add(1, 2)"), 3.0);
    });
}

#[test]
fn r2_capture_by_mut() {
    #[isolate_fn]
    fn count(#[capture] hits: &Arc<Mutex<u64>>) -> u64 {
        let mut hits = hits.lock().unwrap();
        *hits += 1;
        *hits
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let hits = Arc::new(Mutex::new(40));
        block_on(ctx.try_run((hits.clone(),), |lock, (hits,)| lock.install((count { hits },)))).unwrap();
        assert_eq!(number(&ctx, "count(); count()"), 42.0);
        assert_eq!(*hits.lock().unwrap(), 42);
    });
}

#[test]
fn r2_capture_missing_from_binding() {
    #[isolate_fn]
    fn greet(#[capture] greeting: &Arc<str>, name: String) -> String {
        format!("{greeting}, {name}")
    }

    async fn start(isolate: &Isolate, greeting: Arc<str>) -> Result<IoContext, RunError> {
        let setup = isolate.context(ContextOptions::new());
        setup.setup((greeting,), |lock, (greeting,)| lock.install((greet { greeting },))).await
    }

    on_both_homes(|world| {
        let ctx = block_on(start(&world.isolate(), "Good day".into())).unwrap();
        assert_eq!(text(&ctx, "greet('Ada')"), "Good day, Ada");
    });
}

#[test]
fn r2_capture_not_clone() {
    #[derive(Clone)]
    struct Database {
        path: String,
    }

    impl Portable for Database {}

    #[isolate_fn]
    async fn path(#[capture] database: Database) -> String {
        database.path
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let database = Database { path: "main.db".to_owned() };
        block_on(ctx.try_run((database,), |lock, (database,)| lock.install((path { database },)))).unwrap();
        assert_eq!(text(&ctx, "Promise.all([path(), path()]).then(paths => paths.join())"), "main.db,main.db");
    });
}

#[test]
fn r2_capture_not_portable() {
    #[isolate_fn]
    fn lookup(#[capture] cache: &Mutex<HashMap<String, String>>, key: String) -> Option<String> {
        cache.lock().unwrap().get(&key).cloned()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let cache = Mutex::new(HashMap::from([("home".to_owned(), "welcome".to_owned())]));
        block_on(ctx.try_run((cache,), |lock, (cache,)| lock.install((lookup { cache },)))).unwrap();
        assert_eq!(text(&ctx, "`${lookup('home')} ${lookup('away')}`"), "welcome undefined");
    });
}

#[test]
fn r2_capture_struct_annotated() {
    #[isolate_fn]
    fn greet(#[capture] greeting: &Arc<str>, name: String) -> String {
        format!("{greeting}, {name}")
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let captures: greet = greet { greeting: "Hello".into() };
        block_on(ctx.try_run((captures.greeting,), |lock, (greeting,)| lock.install((greet { greeting },)))).unwrap();
        assert_eq!(text(&ctx, "greet('Grace')"), "Hello, Grace");
    });
}

#[test]
fn r2_capture_without_attribute() {
    #[isolate_fn]
    fn emit(#[capture] sender: Sender<String>, text: String) -> bool {
        sender.send(text).is_ok()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, receiver) = channel();
        block_on(ctx.try_run((sender,), |lock, (sender,)| lock.install((emit { sender },)))).unwrap();
        assert!(block_on(ctx.eval::<bool>("emit('sent')")).unwrap());
        assert_eq!(receiver.recv().unwrap(), "sent");
    });
}

#[test]
fn r2_captures_as_option_of_attribute() {
    #[isolate_fn]
    fn greet(#[capture] greeting: Arc<str>, name: String) -> String {
        format!("{greeting}, {name}")
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let greeting: Arc<str> = "Hi".into();
        block_on(ctx.try_run((greeting,), |lock, (greeting,)| lock.install((greet { greeting },)))).unwrap();
        assert_eq!(text(&ctx, "greet('Alan')"), "Hi, Alan");
    });
}

#[test]
fn r2_function_installed_instead_of_binding() {
    #[isolate_fn]
    fn add(a: f64, b: f64) -> f64 {
        a + b
    }

    async fn start(isolate: &Isolate) -> Result<IoContext, RunError> {
        isolate.context(ContextOptions::new()).setup((), |lock, ()| lock.install((add {},))).await
    }

    on_both_homes(|world| {
        let ctx = block_on(start(&world.isolate())).unwrap();
        assert_eq!(number(&ctx, "add(20, 22)"), add(20.0, 22.0));
    });
}

#[test]
fn r2_function_not_annotated() {
    #[isolate_fn]
    fn add(a: f64, b: f64) -> f64 {
        a + b
    }

    async fn start(isolate: &Isolate) -> Result<IoContext, RunError> {
        isolate.context(ContextOptions::new()).setup((), |lock, ()| lock.install((add {},))).await
    }

    on_both_homes(|world| {
        let ctx = block_on(start(&world.isolate())).unwrap();
        assert_eq!(text(&ctx, "`${typeof add} ${add.name}`"), "function add");
    });
}

#[test]
fn r2_method_annotated() {
    struct Cache {
        entries: HashMap<String, String>,
    }

    impl Portable for Cache {}

    #[isolate_fn]
    fn lookup(#[capture] this: &Cache, key: String) -> Option<String> {
        this.entries.get(&key).cloned()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let this = Cache { entries: HashMap::from([("a".to_owned(), "b".to_owned())]) };
        block_on(ctx.try_run((this,), |lock, (this,)| lock.install((lookup { this },)))).unwrap();
        assert_eq!(text(&ctx, "lookup('a')"), "b");
    });
}

#[test]
fn r2_several_errors_at_once() {
    #[isolate_fn(name = "fetchText")]
    async fn fetch_text(ev: Event, #[capture] log: Arc<Mutex<String>>, url: String) -> Result<usize, RunError> {
        ev.run((url.clone(),), |lock, (url,)| lock.console_log(&url)).await?;
        log.lock().unwrap().push_str(&url);
        ev.context().close();
        Ok(url.len())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let log = Arc::new(Mutex::new(String::new()));
        block_on(ctx.try_run((log.clone(),), |lock, (log,)| lock.install((fetch_text { log },)))).unwrap();
        gone(block_on(ctx.eval::<f64>("fetchText('home')")));
        assert_eq!((log.lock().unwrap().as_str(), world.console()), ("home", vec!["home".to_owned()]));
    });
}
