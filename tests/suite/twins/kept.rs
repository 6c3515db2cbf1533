//! Where JS values and locks are kept, and where roots and parameters are meant instead (R7).

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;
use std::{
    any::Any,
    mem,
    sync::{
        Arc, Mutex,
        mpsc::{Sender, SyncSender, channel, sync_channel},
    },
};

#[test]
fn r7_local_kept_in_static() {
    static HANDLER: Mutex<Option<JsRoot<v8::Function>>> = Mutex::new(None);

    #[isolate_fn]
    fn on<'s>(lock: &mut Lock<'s>, handler: v8::Local<'s, v8::Function>) {
        *HANDLER.lock().unwrap() = Some(lock.root(handler));
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((on {},)));
        block_on(ctx.eval::<()>("on(() => 5)")).unwrap();
        let handler = HANDLER.lock().unwrap().take();
        let given = ctx.try_run((handler,), |lock, (handler,)| {
            let handler = handler.expect("it was kept").try_get(lock)?;
            Ok::<_, RunError>(handler.call(lock, lock.undefined(), &[]).and_then(|five| five.number_value(lock)))
        });
        assert_eq!(block_on(given).unwrap(), Some(5.0));
    });
}

#[test]
fn r7_local_sent_through_channel() {
    #[isolate_fn]
    fn post<'s>(
        lock: &mut Lock<'s>,
        #[capture] queue: &Sender<JsRoot<v8::Value>>,
        message: v8::Local<'s, v8::Value>,
    ) -> bool {
        queue.send(lock.root(message)).is_ok()
    }

    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (queue, messages) = channel();
        block_on(ctx.try_run((queue,), |lock, (queue,)| lock.install((post { queue },)))).unwrap();
        assert!(block_on(ctx.eval::<bool>("post({ text: 'hello' })")).unwrap());
        assert_eq!(isolate.stats().roots, 1);
        block_on(ctx.set_global("message", messages.recv().unwrap())).unwrap();
        assert_eq!(text(&ctx, "message.text"), "hello");
    });
}

#[test]
fn r7_capture_with_lifetime_of_lock() {
    #[isolate_fn]
    fn on<'s>(
        lock: &mut Lock<'s>,
        #[capture] handlers: &Arc<Mutex<Vec<JsRoot<v8::Function>>>>,
        handler: v8::Local<'s, v8::Function>,
    ) {
        handlers.lock().unwrap().push(lock.root(handler));
    }

    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let handlers = Arc::new(Mutex::new(Vec::new()));
        block_on(ctx.try_run((handlers.clone(),), |lock, (handlers,)| lock.install((on { handlers },)))).unwrap();
        block_on(ctx.eval::<()>("on(() => 1); on(() => 2)")).unwrap();
        assert_eq!((handlers.lock().unwrap().len(), isolate.stats().roots), (2, 2));
        handlers.lock().unwrap().clear();
        until(|| isolate.stats().roots == 0);
    });
}

#[test]
fn r7_local_as_capture() {
    #[isolate_fn]
    fn current(lock: &mut Lock<'_>, #[capture] settings: &JsRoot<v8::Object>) -> Result<bool, RunError> {
        Ok(settings.try_get(lock)?.is_map())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let settings = block_on(ctx.eval("new Map()")).unwrap();
        block_on(ctx.try_run((settings,), |lock, (settings,)| lock.install((current { settings },)))).unwrap();
        assert!(block_on(ctx.eval::<bool>("current()")).unwrap());
    });
}

#[test]
fn r7_locals_collected_by_turn() {
    type Items = Arc<Mutex<Vec<JsRoot<v8::Value>>>>;

    async fn collect(ctx: &IoContext, items: Items) -> Result<(), RunError> {
        ctx.try_run((items,), |lock, (items,)| {
            let item = lock.eval("items[0]")?;
            items.lock().unwrap().push(lock.root(item));
            Ok(())
        })
        .await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let items = Items::default();
        text(&ctx, "var items = ['first']; ''");
        block_on(collect(&ctx, items.clone())).unwrap();
        let first = items.lock().unwrap().remove(0);
        block_on(ctx.set_global("kept", first)).unwrap();
        assert_eq!(text(&ctx, "items = []; kept"), "first");
    });
}

#[test]
fn r7_pin_scope_as_result() {
    async fn is_busy(ctx: &IoContext) -> Result<bool, RunError> {
        ctx.run((), |lock, ()| lock.is_execution_terminating()).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert!(!block_on(is_busy(&ctx)).unwrap());
    });
}

/// What deep code would have asked a variable of the thread for.
fn title(lock: &mut Lock<'_>) {
    let title = lock.eval("document.title").unwrap();
    lock.console_log(&title.to_rust_string_lossy(lock));
}

#[test]
fn r7_pin_scope_kept_in_thread_local() {
    fn with_scope(lock: &mut Lock<'_>, f: fn(&mut Lock<'_>)) {
        f(lock);
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "var document = { title: 'home' }; ''");
        block_on(ctx.run((), |lock, ()| with_scope(lock, title))).unwrap();
        assert_eq!(world.console(), ["home"]);
    });
}

#[test]
fn r7_lock_kept_in_thread_local() {
    fn with_lock(lock: &mut Lock<'_>, f: fn(&mut Lock<'_>)) {
        f(lock);
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "var document = { title: 'away' }; ''");
        block_on(ctx.run((), |lock, ()| with_lock(lock, title))).unwrap();
        assert_eq!(world.console(), ["away"]);
    });
}

#[test]
fn r7_lock_kept_in_struct() {
    struct Page<'a, 's> {
        lock: &'a mut Lock<'s>,
    }

    impl Page<'_, '_> {
        fn title(&mut self) -> Result<String, RunError> {
            self.lock.eval("document.title").map(|title| title.to_rust_string_lossy(self.lock))
        }
    }

    fn title(lock: &mut Lock<'_>) -> Result<String, RunError> {
        Page { lock }.title()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "var document = { title: 'home' }; ''");
        let twice = ctx.try_run((), |lock, ()| Ok::<_, RunError>((title(lock)?, title(lock)?)));
        assert_eq!(block_on(twice).unwrap(), ("home".to_owned(), "home".to_owned()));
    });
}

#[test]
fn r7_lock_sent_through_channel() {
    async fn lend(ctx: &IoContext, borrower: SyncSender<WeakIoContext>) -> Result<bool, RunError> {
        ctx.run((borrower,), |lock, (borrower,)| borrower.send(lock.context()).is_ok()).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (borrower, lent) = sync_channel(1);
        assert!(block_on(lend(&ctx, borrower)).unwrap());
        let lent = lent.recv().unwrap();
        assert_eq!(block_on(lent.run((), |lock, ()| lock.context().id())).unwrap(), ctx.id());
    });
}

#[test]
fn r7_argument_kept_by_function() {
    type Calls = Arc<Mutex<Vec<Vec<JsRoot<v8::Value>>>>>;

    fn spy(lock: &mut Lock<'_>, calls: Calls) -> Result<(), RunError> {
        let spy = lock.function_with("spy", (calls,), |lock, (calls,), args| {
            let args = args.all().into_iter().map(|arg| lock.root(arg)).collect();
            calls.lock().unwrap().push(args);
            Ok(lock.undefined())
        })?;
        lock.set_global("spy", spy)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let calls = Calls::default();
        block_on(ctx.try_run((calls.clone(),), |lock, (calls,)| spy(lock, calls))).unwrap();
        block_on(ctx.eval::<()>("spy(); spy(1, 'two')")).unwrap();
        let calls = mem::take(&mut *calls.lock().unwrap());
        assert_eq!(calls.iter().map(Vec::len).collect::<Vec<_>>(), [0, 2]);
        block_on(ctx.set_global("calls", calls[1].clone())).unwrap();
        assert_eq!(text(&ctx, "calls.join()"), "1,two");
    });
}

#[test]
fn r7_argument_returned_by_function() {
    fn install(lock: &mut Lock<'_>) -> Result<(), RunError> {
        let first = lock.function("first", (), |_lock, (), (first,): (Option<JsRoot<v8::Value>>,)| first)?;
        lock.set_global("first", first)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.try_run((), |lock, ()| install(lock))).unwrap();
        assert!(block_on(ctx.eval::<bool>("const it = {}; first(it, 2) === it && first() === undefined")).unwrap());
    });
}

#[test]
fn r7_local_boxed_as_any() {
    fn remember(lock: &mut Lock<'_>, memory: &mut Vec<Box<dyn Any>>) -> Result<(), RunError> {
        let settings = lock.eval("settings")?;
        memory.push(Box::new(lock.root(settings)));
        Ok(())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "var settings = {}; ''");
        let same = ctx.try_run((), |lock, ()| {
            let mut memory = Vec::new();
            remember(lock, &mut memory)?;
            let settings = memory[0].downcast_ref::<JsRoot<v8::Value>>().expect("a root").try_get(lock)?;
            Ok::<_, RunError>(lock.eval("settings")?.strict_equals(settings))
        });
        assert!(block_on(same).unwrap());
    });
}

#[test]
fn r7_type_with_local_made_portable() {
    struct Answer {
        value: JsRoot<v8::Value>,
    }

    impl Portable for Answer {}

    fn is_number(lock: &Lock<'_>, answer: &Answer) -> Result<bool, RunError> {
        Ok(answer.value.try_get(lock)?.is_number())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let answer = Answer { value: block_on(ctx.eval("6 * 7")).unwrap() };
        assert!(block_on(ctx.try_run((answer,), |lock, (answer,)| is_number(lock, &answer))).unwrap());
    });
}
