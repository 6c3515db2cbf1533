//! Closures that JS, a promise, a timer, the garbage collector or another thread calls.

use crate::support::*;
use futures::channel::oneshot;
use isolock::{Finalizer, Reentry, Timer, prelude::*, v8};
use isolock_tests::block_on;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
        mpsc::{Sender, channel},
    },
    time::{Duration, Instant},
};

#[test]
fn r2_unlisted_variable_in_async_function() {
    async fn install(ctx: &IoContext, client: Arc<HashMap<String, f64>>) -> Result<(), RunError> {
        ctx.try_run((client,), |lock, (client,)| {
            let look_up = lock.async_function("lookUp", (client,), |_ev, (client,), (key,): (String,)| async move {
                client.get(&key).copied()
            })?;
            lock.set_global("lookUp", look_up)
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(install(&ctx, Arc::new(HashMap::from([("a".to_owned(), 1.0)])))).unwrap();
        assert_eq!(text(&ctx, "(async () => `${await lookUp('a')} ${await lookUp('b')}`)()"), "1 undefined");
    });
}

#[test]
fn r2_unlisted_variable_in_function_with() {
    async fn install(ctx: &IoContext, name: String) -> Result<(), RunError> {
        ctx.try_run((name,), |lock, (name,)| {
            let whoami = lock.function_with("whoami", (name,), |lock, (name,), _args| Ok(lock.string(name)?.into()))?;
            lock.set_global("whoami", whoami)
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(install(&ctx, "worker 7".to_owned())).unwrap();
        assert_eq!(text(&ctx, "whoami()"), "worker 7");
    });
}

#[test]
fn r2_unlisted_variable_in_then() {
    fn tell(lock: &mut Lock<'_>, promise: v8::Local<'_, v8::Promise>, done: Sender<f64>) -> Result<(), RunError> {
        lock.then(promise, (done,), |_lock, (done,), outcome: Result<f64, RunError>| {
            done.send(outcome.unwrap_or_default()).is_ok()
        })?;
        Ok(())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, receiver) = channel();
        let turn = ctx.try_run((sender,), |lock, (sender,)| {
            let promise = lock.eval("Promise.resolve(5)")?.try_into().map_err(|_| RunError::Refused("no promise"))?;
            tell(lock, promise, sender)
        });
        block_on(turn).unwrap();
        assert_eq!(receiver.recv().unwrap(), 5.0);
    });
}

#[test]
fn r2_unlisted_variable_in_reentry() {
    fn subscribe(ev: &Event, topic: &'static str) -> Reentry<(String,), bool> {
        ev.reentry((topic,), |lock, (topic,), (message,): (String,)| lock.set_global(topic, message).is_ok())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert!(block_on(subscribe(&ctx.event(), "news").call(("none".to_owned(),))).unwrap());
        assert_eq!(text(&ctx, "news"), "none");
    });
}

#[test]
fn r2_unlisted_variable_in_timer() {
    fn expire(lock: &mut Lock<'_>, name: String) -> Timer {
        lock.timer(Duration::from_millis(1), (name,), |lock, (name,)| lock.console_log(&name))
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.run((), |lock, ()| drop(expire(lock, "session 1".to_owned())))).unwrap();
        block_on(ctx.idle());
        assert_eq!(world.console(), ["session 1"]);
    });
}

#[test]
fn r2_unlisted_variable_in_finalizer() {
    fn watch(lock: &mut Lock<'_>, file: v8::Local<'_, v8::Object>, closed: Sender<()>) -> Result<Finalizer, RunError> {
        lock.finalizer(file, (closed,), |_lock, (closed,)| closed.send(()).unwrap_or_default())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, closed) = channel();
        let turn = ctx.try_run((sender,), |lock, (sender,)| {
            let file = v8::Object::new(lock);
            watch(lock, file, sender).map(drop)
        });
        block_on(turn).unwrap();
        collect_until(&ctx, || closed.try_recv().is_ok());
    });
}

#[test]
fn r2_rc_captured_by_interval() {
    fn count(lock: &mut Lock<'_>, ticks: Arc<AtomicU32>) -> Timer {
        lock.interval(Duration::from_millis(1), (ticks,), |_lock, (ticks,)| {
            ticks.fetch_add(1, Ordering::SeqCst);
        })
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let ticks = Arc::new(AtomicU32::new(0));
        let timer = block_on(ctx.run((ticks.clone(),), |lock, (ticks,)| count(lock, ticks))).unwrap();
        until(|| ticks.load(Ordering::SeqCst) >= 2);
        assert!(timer.cancel());
    });
}

#[test]
fn r2_capture_of_async_function_not_clone() {
    type Done = Arc<Mutex<Option<oneshot::Sender<f64>>>>;

    fn install(lock: &mut Lock<'_>, done: Done) -> Result<(), RunError> {
        let finish = lock.async_function("finish", (done,), |_ev, (done,), (n,): (f64,)| async move {
            let done = done.lock().unwrap().take();
            done.is_some_and(|done| done.send(n).is_ok())
        })?;
        lock.set_global("finish", finish)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, done) = oneshot::channel();
        let sender: Done = Arc::new(Mutex::new(Some(sender)));
        block_on(ctx.try_run((sender,), |lock, (sender,)| install(lock, sender))).unwrap();
        assert_eq!(text(&ctx, "(async () => `${await finish(3)} ${await finish(4)}`)()"), "true false");
        assert_eq!(block_on(done).unwrap(), 3.0);
    });
}

#[test]
fn r2_arguments_of_function_without_types() {
    fn install(lock: &mut Lock<'_>) -> Result<(), RunError> {
        let log = lock.function("log", (), |lock, (), (): ()| lock.console_log("called"))?;
        lock.set_global("log", log)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| install(lock));
        block_on(ctx.eval::<()>("log(1)")).unwrap();
        assert_eq!(world.console(), ["called"]);
    });
}

#[test]
fn r7_argument_of_function_is_local() {
    fn install(lock: &mut Lock<'_>) -> Result<(), RunError> {
        let is_open = lock.function_with("isOpen", (), |lock, (), args| {
            let options: v8::Local<'_, v8::Object> = args.get(lock, 0, "options")?;
            let key = lock.string("open")?;
            Ok(lock.try_catch(|lock| options.get(lock, key.into()))?)
        })?;
        lock.set_global("isOpen", is_open)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| install(lock));
        assert!(block_on(ctx.eval::<bool>("isOpen({ open: true })")).unwrap());
        assert_eq!(
            threw(block_on(ctx.eval::<bool>("isOpen({ get open() { throw new RangeError } })"))).class,
            "RangeError"
        );
    });
}

#[test]
fn r7_result_of_function_not_into_js() {
    fn install(lock: &mut Lock<'_>, began: Instant) -> Result<(), RunError> {
        let now = lock.function("age", (began,), |_lock, (began,), (): ()| began.elapsed().as_secs_f64())?;
        lock.set_global("age", now)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.try_run((Instant::now(),), |lock, (began,)| install(lock, began))).unwrap();
        assert!(number(&ctx, "age()") >= 0.0);
    });
}

#[test]
fn r7_lock_used_in_async_function() {
    fn install(lock: &mut Lock<'_>) -> Result<(), RunError> {
        let later = lock.async_function("later", (), |ev, (), (n,): (f64,)| async move {
            futures::future::ready(()).await;
            ev.try_run((n,), |lock, (n,)| lock.set_global("n", n)).await
        })?;
        lock.set_global("later", later)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| install(lock));
        block_on(ctx.eval::<()>("later(4)")).unwrap();
        assert_eq!(number(&ctx, "n"), 4.0);
    });
}

#[test]
fn r7_arguments_kept_beyond_call() {
    type Last = Arc<Mutex<Option<JsRoot<v8::Value>>>>;

    fn install(lock: &mut Lock<'_>, last: Last) -> Result<(), RunError> {
        let remember = lock.function_with("remember", (last,), |lock, (last,), args| {
            let before = last.lock().unwrap().replace(lock.root(args.value(0)));
            Ok(before.map(|before| before.try_get(lock)).transpose()?.unwrap_or_else(|| lock.undefined()))
        })?;
        lock.set_global("remember", remember)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.try_run((Last::default(),), |lock, (last,)| install(lock, last))).unwrap();
        assert_eq!(text(&ctx, "`${remember('one')}`"), "undefined");
        assert_eq!(text(&ctx, "remember('two')"), "one");
    });
}

#[test]
fn r7_local_captured_by_timer() {
    fn set_timeout(lock: &mut Lock<'_>, handler: JsRoot<v8::Function>, after: Duration) -> Timer {
        lock.timer(after, (handler,), |lock, (handler,)| {
            let handler = handler.try_get(lock)?;
            lock.try_catch(|lock| handler.call(lock, lock.undefined(), &[])).map(drop)
        })
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            let set = lock.function("setTimeout", (), |lock, (), (handler, ms): (JsRoot<v8::Function>, u32)| {
                drop(set_timeout(lock, handler, Duration::from_millis(ms.into())));
            })?;
            lock.set_global("setTimeout", set)
        });
        assert_eq!(number(&ctx, "new Promise(done => setTimeout(() => done(6), 1))"), 6.0);
    });
}

#[test]
fn r7_local_as_argument_of_reentry() {
    fn subscribe(ev: &Event) -> Reentry<(JsRoot<v8::Object>,), bool> {
        ev.reentry((), |lock, (), (message,): (JsRoot<v8::Object>,)| {
            message.try_get(lock).is_ok_and(|it| it.is_object())
        })
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let message = block_on(ctx.run((), |lock, ()| {
            let message = v8::Object::new(lock);
            lock.root(message)
        }))
        .unwrap();
        assert!(block_on(subscribe(&ctx.event()).call((message,))).unwrap());
    });
}

#[test]
fn r3_context_captured_by_reentry() {
    fn subscribe(ctx: &IoContext) -> Reentry<(), u64> {
        ctx.event().reentry((), |lock, (), ()| lock.context().id())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let stored = subscribe(&ctx);
        assert_eq!(block_on(stored.call(())).unwrap(), ctx.id());
        drop(ctx);
        gone(block_on(stored.call(())));
    });
}

#[test]
fn r7_result_of_timer() {
    fn refresh(lock: &mut Lock<'_>) -> Timer {
        lock.timer(Duration::ZERO, (), |lock, ()| lock.eval("refresh()").map(drop))
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.eval::<()>("var n = 0; function refresh() { n += 1 } 0")).unwrap();
        block_on(ctx.run((), |lock, ()| drop(refresh(lock)))).unwrap();
        block_on(ctx.idle());
        assert_eq!(number(&ctx, "n"), 1.0);
    });
}

#[test]
fn r4_await_in_then() {
    fn save<'s>(
        lock: &mut Lock<'s>,
        promise: v8::Local<'_, v8::Promise>,
        store: Arc<Store>,
    ) -> Result<v8::Local<'s, v8::Promise>, RunError> {
        lock.then_async(promise, (store,), |_ev, (store,), text: Result<String, RunError>| async move {
            match text {
                Ok(text) => store.put(text).await,
                Err(_) => false,
            }
        })
    }

    struct Store;

    impl Portable for Store {}

    impl Store {
        async fn put(&self, text: String) -> bool {
            !text.is_empty()
        }
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let saved = ctx.try_run((Arc::new(Store),), |lock, (store,)| {
            let promise = lock.eval("Promise.resolve('text')")?.try_into();
            let saved = save(lock, promise.map_err(|_| RunError::Refused("no promise"))?, store)?;
            Ok::<_, RunError>(lock.follow::<bool>(saved.into()))
        });
        assert!(block_on(block_on(saved).unwrap()).unwrap());
    });
}
