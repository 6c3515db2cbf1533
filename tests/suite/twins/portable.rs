//! What may cross the boundary of a turn (R2): values, pointers and wrappers.

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;
use std::{
    cell::Cell,
    ffi::{CStr, c_char},
    process::Command,
    rc::Rc,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

#[test]
fn r2_raw_pointer_captured() {
    async fn version(ctx: &IoContext, text: *const c_char) -> Result<(), RunError> {
        // SAFETY: the library's text is never freed.
        let text = unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned();
        ctx.try_run((text,), |lock, (text,)| lock.set_global("version", text)).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(version(&ctx, c"1.2".as_ptr())).unwrap();
        assert_eq!(text(&ctx, "version"), "1.2");
    });
}

#[test]
fn r2_non_null_in_asynchronous_body() {
    struct Node {
        name: String,
    }

    async fn rename(ctx: &IoContext, mut node: Box<Node>) -> Result<Box<Node>, RunError> {
        node.name = ctx
            .spawn((), |event, ()| async move { event.run((), |lock, ()| lock.entered().file().to_owned()).await })
            .await??;
        Ok(node)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let node = block_on(rename(&ctx, Box::new(Node { name: String::new() }))).unwrap();
        assert_eq!(node.name, file!());
    });
}

#[test]
fn r2_rc_as_result() {
    async fn title(ctx: &IoContext) -> Result<Arc<str>, RunError> {
        ctx.run((), |lock, ()| Arc::from(lock.isolate_id().to_string())).await
    }

    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        assert_eq!(*block_on(title(&ctx)).unwrap(), *isolate.id().to_string());
    });
}

#[test]
fn r2_rc_in_vec_captured() {
    async fn start(isolate: &Isolate, plugins: Vec<Arc<str>>) -> Result<IoContext, RunError> {
        isolate
            .context(ContextOptions::new())
            .setup((plugins,), |lock, (plugins,)| plugins.iter().try_for_each(|source| lock.eval(source).map(|_| ())))
            .await
    }

    on_both_homes(|world| {
        let ctx = block_on(start(&world.isolate(), vec!["var a = 1".into(), "var b = a + 1".into()])).unwrap();
        assert_eq!(number(&ctx, "b"), 2.0);
    });
}

#[test]
fn r2_rc_weak_captured() {
    async fn count(ctx: &IoContext, hits: &Arc<AtomicU32>) -> Result<(), RunError> {
        ctx.run((Arc::downgrade(hits),), |_lock, (hits,)| {
            if let Some(hits) = hits.upgrade() {
                hits.fetch_add(1, Ordering::SeqCst);
            }
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let hits = Arc::new(AtomicU32::new(1));
        block_on(count(&ctx, &hits)).unwrap();
        assert_eq!(hits.load(Ordering::SeqCst), 2);
    });
}

#[test]
fn r2_boxed_any_captured() {
    enum Message {
        Text(String),
        Number(f64),
    }
    impl Portable for Message {}

    async fn publish(ctx: &IoContext, message: Message) -> Result<(), RunError> {
        ctx.run((message,), |lock, (message,)| match message {
            Message::Text(text) => lock.console_log(&text),
            Message::Number(number) => lock.console_log(&number.to_string()),
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(publish(&ctx, Message::Text("one".into()))).unwrap();
        block_on(publish(&ctx, Message::Number(2.0))).unwrap();
        assert_eq!(world.console(), ["one", "2"]);
    });
}

#[test]
fn r2_shared_any_as_capture() {
    trait State: Portable + Sync {
        fn tenant(&self) -> Option<String>;
    }

    impl State for String {
        fn tenant(&self) -> Option<String> {
            Some(self.clone())
        }
    }

    #[isolate_fn]
    fn tenant(#[capture] state: &Arc<dyn State>) -> Option<String> {
        state.tenant()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let state: Arc<dyn State> = Arc::new(String::from("acme"));
        block_on(ctx.try_run((state,), |lock, (state,)| lock.install((tenant { state },)))).unwrap();
        assert_eq!(text(&ctx, "tenant()"), "acme");
    });
}

#[test]
fn r2_send_wrapper_captured() {
    async fn configure(ctx: &IoContext, settings: Rc<str>) -> Result<(), RunError> {
        let settings = String::from(&*settings);
        ctx.run((settings,), |lock, (settings,)| lock.console_log(&settings)).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(configure(&ctx, Rc::from("dark"))).unwrap();
        assert_eq!(world.console(), ["dark"]);
    });
}

#[test]
fn r2_type_parameter_captured() {
    async fn log<T: std::fmt::Display + Portable>(ctx: &IoContext, value: T) -> Result<(), RunError> {
        ctx.run((value,), |lock, (value,)| lock.console_log(&value.to_string())).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(log(&ctx, 1.5)).unwrap();
        block_on(log(&ctx, "text")).unwrap();
        assert_eq!(world.console(), ["1.5", "text"]);
    });
}

#[test]
fn r2_trait_object_captured() {
    trait Plugin: Portable {
        fn source(&self) -> String;
    }

    struct Answer(f64);
    impl Portable for Answer {}
    impl Plugin for Answer {
        fn source(&self) -> String {
            format!("var answer = {}", self.0)
        }
    }

    async fn start(isolate: &Isolate, plugins: Vec<Box<dyn Plugin>>) -> Result<IoContext, RunError> {
        isolate
            .context(ContextOptions::new())
            .setup((plugins,), |lock, (plugins,)| {
                plugins.iter().try_for_each(|plugin| lock.eval(&plugin.source()).map(|_| ()))
            })
            .await
    }

    on_both_homes(|world| {
        let ctx = block_on(start(&world.isolate(), vec![Box::new(Answer(42.0))])).unwrap();
        assert_eq!(number(&ctx, "answer"), 42.0);
    });
}

#[test]
fn r2_cell_shared_captured() {
    async fn remember(ctx: &IoContext, log: Arc<Mutex<Vec<String>>>) -> Result<(), RunError> {
        ctx.run((log,), |lock, (log,)| log.lock().unwrap().push(lock.entered().file().to_owned())).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let log = Arc::new(Mutex::new(Vec::new()));
        block_on(remember(&ctx, log.clone())).unwrap();
        assert_eq!(*log.lock().unwrap(), [file!()]);
        // One that isn't shared goes along as it is.
        let hits = block_on(ctx.run((Cell::new(1),), |_lock, (hits,)| hits.replace(2) + hits.get())).unwrap();
        assert_eq!(hits, 3);
    });
}

#[test]
fn r2_trusted_value_not_send() {
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
fn r2_foreign_type_captured() {
    async fn build(ctx: &IoContext, command: Command) -> Result<(), RunError> {
        let command = Trusted::new("made by ourselves, without `pre_exec`: it holds strings", command);
        ctx.try_run((command,), |lock, (command,)| {
            lock.set_global("program", command.get_program().to_string_lossy().into_owned())
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(build(&ctx, Command::new("cc"))).unwrap();
        assert_eq!(text(&ctx, "program"), "cc");
    });
}

#[test]
fn r2_error_type_not_portable() {
    #[derive(Debug)]
    enum LoadError {
        Empty,
        Failed(RunError),
    }
    impl Portable for LoadError {}

    impl From<RunError> for LoadError {
        fn from(error: RunError) -> Self {
            Self::Failed(error)
        }
    }

    async fn load(ctx: &IoContext, source: String) -> Result<(), LoadError> {
        ctx.try_run((source,), |lock, (source,)| {
            if source.is_empty() {
                return Err(LoadError::Empty);
            }
            lock.eval(&source)?;
            Ok(())
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert!(matches!(block_on(load(&ctx, String::new())), Err(LoadError::Empty)));
        assert!(matches!(block_on(load(&ctx, "throw 1".into())), Err(LoadError::Failed(RunError::Threw(_)))));
        block_on(load(&ctx, "1".into())).unwrap();
    });
}

#[test]
fn r5_weak_handle_captured() {
    async fn poke(ctx: &IoContext, listener: JsRoot<v8::Function>) -> Result<(), RunError> {
        ctx.try_run((listener,), |lock, (listener,)| {
            let listener = listener.try_get(lock)?;
            listener.call(lock, lock.undefined(), &[]);
            Ok(())
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let listener: JsRoot<v8::Function> = block_on(ctx.try_run((), |lock, ()| {
            let function = lock.eval("var poked = 0; () => { poked++ }")?;
            let function =
                v8::Local::<v8::Function>::try_from(function).map_err(|_| RunError::Refused("no function"))?;
            Ok::<_, RunError>(lock.root(function))
        }))
        .unwrap();
        block_on(poke(&ctx, listener)).unwrap();
        assert_eq!(number(&ctx, "poked"), 1.0);
    });
}
