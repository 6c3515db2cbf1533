//! What is wrong with programs on their first day.

use crate::support::*;
use isolock::{Mismatch, prelude::*, v8};
use isolock_tests::block_on;
use std::{borrow::Cow, collections::BTreeMap, sync::Mutex};

#[test]
fn r1_lock_used_in_its_own_call() {
    fn keep(lock: &mut Lock<'_>) -> Result<JsRoot<v8::Value>, RunError> {
        let settings = lock.eval("settings")?;
        Ok(lock.root(settings))
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.set_global("settings", "dark"));
        let kept = block_on(ctx.try_run((), |lock, ()| keep(lock))).unwrap();
        block_on(ctx.set_global("kept", kept)).unwrap();
        assert_eq!(text(&ctx, "kept"), "dark");
    });
}

#[test]
fn r2_own_type_as_argument() {
    struct Point {
        x: f64,
        y: f64,
    }

    impl Portable for Point {}

    impl<'s> FromJs<'s> for Point {
        fn expected() -> Cow<'static, str> {
            "a point".into()
        }

        fn from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
            match Vec::from_js(value, lock)?[..] {
                [x, y] => Ok(Self { x, y }),
                ref other => {
                    let found = format!("{} numbers", other.len()).into();
                    Err(Mismatch { expected: Self::expected(), found, out_of_range: false })
                }
            }
        }
    }

    #[isolate_fn]
    fn norm(point: Point) -> f64 {
        point.x.hypot(point.y)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((norm {},)));
        assert_eq!(number(&ctx, "norm([3, 4])"), 5.0);
        assert_eq!(block_on(norm::run(&ctx, Point { x: 6.0, y: 8.0 })).unwrap(), 10.0);
        let message = threw(block_on(ctx.eval::<f64>("norm([3])"))).message;
        assert_eq!(message, "norm: argument 1 (`point`): expected a point, found 1 numbers");
    });
}

#[test]
fn r2_arguments_without_tuple() {
    async fn double(ctx: &IoContext, module: &JsRoot<v8::Object>) -> Result<f64, RunError> {
        ctx.call(module, "double", (5.0,)).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let module = block_on(ctx.load_module("math.js", "export const double = n => 2 * n;")).unwrap();
        assert_eq!(block_on(double(&ctx, &module)).unwrap(), 10.0);
    });
}

#[test]
fn r2_outer_variable_changed_in_run() {
    async fn count(ctx: &IoContext, names: Vec<String>) -> Result<usize, RunError> {
        let known =
            ctx.run((names,), |lock, (names,)| names.iter().filter(|name| lock.eval(name).is_ok()).count()).await?;
        Ok(known)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let names = ["Map", "Mop", "Set"].map(str::to_owned).to_vec();
        assert_eq!(block_on(count(&ctx, names)).unwrap(), 2);
    });
}

#[test]
fn r7_map_as_result() {
    struct Limits(BTreeMap<&'static str, f64>);

    impl Portable for Limits {}

    impl<'s> IntoJs<'s> for Limits {
        fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
            let object = v8::Object::new(lock);
            for (name, limit) in self.0 {
                let (key, limit) = (lock.string(name)?, limit.into_js(lock)?);
                object.set(lock, key.into(), limit);
            }
            Ok(object.into())
        }
    }

    #[isolate_fn]
    fn limits() -> Limits {
        Limits(BTreeMap::from([("files", 16.0), ("memory", 64.0)]))
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((limits {},)));
        assert_eq!(text(&ctx, "JSON.stringify(limits())"), r#"{"files":16,"memory":64}"#);
        assert_eq!(block_on(limits::run(&ctx)).unwrap().0.len(), 2);
    });
}

#[test]
fn r7_type_of_eval_not_named() {
    async fn start(ctx: &IoContext) -> Result<(), RunError> {
        ctx.eval::<()>("start()").await?;
        Ok(())
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        text(&ctx, "var started = 'no'; function start() { started = 'yes'; return { anything: 1 } }; ''");
        block_on(start(&ctx)).unwrap();
        assert_eq!(text(&ctx, "started"), "yes");
    });
}

#[test]
fn r7_error_of_try_run_not_named() {
    async fn width(ctx: &IoContext) -> Result<f64, RunError> {
        let width = ctx
            .try_run((), |lock, ()| {
                let width = lock.eval("width")?;
                Ok::<_, RunError>(width.number_value(lock))
            })
            .await?;
        Ok(width.unwrap_or(80.0))
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert_eq!(threw(block_on(width(&ctx))).message, "width is not defined");
        block_on(ctx.set_global("width", 132.0)).unwrap();
        assert_eq!(block_on(width(&ctx)).unwrap(), 132.0);
    });
}

#[test]
fn r7_lock_and_local_of_two_lifetimes() {
    #[isolate_fn]
    fn on<'s>(
        lock: &mut Lock<'s>,
        #[capture] handlers: &Mutex<Vec<JsRoot<v8::Function>>>,
        handler: v8::Local<'s, v8::Function>,
    ) {
        handlers.lock().unwrap().push(lock.root(handler));
    }

    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let handlers = Mutex::new(Vec::new());
        block_on(ctx.try_run((handlers,), |lock, (handlers,)| lock.install((on { handlers },)))).unwrap();
        block_on(ctx.eval::<()>("on(() => 1); on(() => 2)")).unwrap();
        assert_eq!(isolate.stats().roots, 2);
    });
}
