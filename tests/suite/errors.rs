//! JS exceptions as Rust errors: class, message, stack, position, cause. And scripts, modules and calls, where they
//! come from.

use crate::support::*;
use isolock::{Position, Report, prelude::*};
use isolock_tests::block_on;
use std::error::Error;

fn thrown(ctx: &IoContext, source: &str) -> JsError {
    threw(block_on(ctx.eval::<()>(source)))
}

#[test]
fn an_exception_knows_class_message_stack_and_position() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let error = thrown(&ctx, "function inner() {\n  throw new RangeError('too far');\n}\n  inner();");
        assert_eq!((error.class.as_str(), error.message.as_str()), ("RangeError", "too far"));
        assert_eq!(error.position, Some(Position { resource: "<eval>".into(), line: 2, column: 3 }));
        let stack = error.stack.as_ref().unwrap();
        assert!(stack.contains("at inner (<eval>:2:9)") && stack.contains("at <eval>:4:3"), "{stack}");
        assert_eq!(error.to_string(), "RangeError: too far (at <eval>:2:3)");
        let error = thrown(&ctx, "let x = ;");
        assert_eq!((error.class.as_str(), error.position.unwrap().line), ("SyntaxError", 1));
        let error = thrown(&ctx, "class Custom extends Error {}; throw new Custom('mine')");
        assert_eq!((error.class.as_str(), error.message.as_str()), ("Custom", "mine"));
    });
}

#[test]
fn the_chain_of_causes_comes_along() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let error = thrown(&ctx, "throw new Error('outer', { cause: new TypeError('middle', { cause: 'inner' }) })");
        let middle = error.cause.as_deref().unwrap();
        let inner = middle.cause.as_deref().unwrap();
        assert_eq!((middle.class.as_str(), middle.message.as_str()), ("TypeError", "middle"));
        assert_eq!((inner.class.as_str(), inner.message.as_str(), &inner.cause), ("string", "inner", &None));
        // As sources of the error of the run, which shows the exception itself.
        let run = RunError::from(error);
        assert!(run.to_string().starts_with("Error: outer"), "{run}");
        assert!(run.source().unwrap().to_string().starts_with("TypeError: middle"));
        assert_eq!(run.js().unwrap().message, "outer");
        // A circle ends.
        let error = thrown(&ctx, "const e = new Error('round'); e.cause = e; throw e");
        let depth = std::iter::successors(Some(&error), |error| error.cause.as_deref()).count();
        assert!((2..20).contains(&depth), "{depth}");
    });
}

#[test]
fn what_is_no_error_can_be_thrown_too() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        for (source, class, message) in [
            ("throw 'text'", "string", "text"),
            ("throw 5", "number", "5"),
            ("throw 5n", "bigint", "5"),
            ("throw null", "null", "null"),
            ("throw undefined", "undefined", "undefined"),
            ("throw true", "boolean", "true"),
            ("throw Symbol('secret')", "symbol", "Symbol(secret)"),
            ("throw { message: 'mine' }", "Object", "mine"),
            ("throw [1, 2]", "Array", "1,2"),
        ] {
            let error = thrown(&ctx, source);
            assert_eq!((error.class.as_str(), error.message.as_str()), (class, message), "{source}");
            assert_eq!(error.position.as_ref().map(|at| at.line), Some(1), "{source}");
        }
    });
}

#[test]
fn exceptions_that_throw_when_they_are_read_are_errors_all_the_same() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        for source in [
            "throw { get message() { throw 1 }, get cause() { throw 2 }, get stack() { throw 3 }, toString() { throw 4 } }",
            "throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })",
            "throw Object.create(null)",
            "const e = new Error('x'); Object.defineProperty(e, 'message', { get() { throw e } }); throw e",
            "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy",
            "Promise.reject(new Proxy({}, { get() { throw 1 } }))",
        ] {
            thrown(&ctx, source);
            assert_eq!(number(&ctx, "1 + 1"), 2.0, "{source}");
        }
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn modules_give_their_namespace() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let source = "export const n = await Promise.resolve(40); export const add = async (a, b) => n + a + b;
                      export function me() { return typeof this }";
        let module = block_on(ctx.load_module("math.js", source)).unwrap();
        let n: f64 = block_on(ctx.call(&module, "add", (1.0, 1.0))).unwrap();
        assert_eq!(n, 42.0);
        assert_eq!(block_on(ctx.call::<String, _>(&module, "me", ())).unwrap(), "object");
        let missing = threw(block_on(ctx.call::<(), _>(&module, "nothing", ())));
        assert_eq!(missing.to_string(), "TypeError: `nothing` is no function but undefined");
        let constant = threw(block_on(ctx.call::<(), _>(&module, "n", ())));
        assert_eq!(constant.to_string(), "TypeError: `n` is no function but number 40");
        drop(module);
        until(|| isolate.stats().roots == 0);
    });
}

#[test]
fn modules_that_fail_say_where() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        // An error keeps the value that was thrown.
        let load = |source: &str| threw(block_on(ctx.load_module("bad.js", source))).without_value();
        let error = load("\n\nexport const = 1");
        let at = error.position.unwrap();
        assert_eq!((error.class.as_str(), at.resource.as_str(), at.line), ("SyntaxError", "bad.js", 3));
        let error = load("\nawait 0;\nthrow new Error('late')");
        let at = error.position.unwrap();
        assert_eq!((error.message.as_str(), at.resource.as_str(), at.line), ("late", "bad.js", 3));
        let error = load("import { x } from 'elsewhere'");
        assert_eq!(error.class, "TypeError");
        assert!(error.message.contains("imported at bad.js:1:19"), "{error}");
        let error = threw(block_on(ctx.eval::<()>("import('elsewhere')"))).without_value();
        assert!(!error.message.is_empty(), "{error}");
        // What isn't returned isn't kept.
        until(|| isolate.stats().roots == 0);
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn globals_can_be_set_and_setters_may_throw() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.set_global("greeting", "hello")).unwrap();
        assert_eq!(text(&ctx, "greeting"), "hello");
        block_on(ctx.eval::<()>("Object.defineProperty(globalThis, 'shut', { set() { throw new Error('shut') } }); 0"))
            .unwrap();
        assert_eq!(threw(block_on(ctx.set_global("shut", 1.0))).message, "shut");
    });
}

#[test]
fn what_nobody_catches_is_reported() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let source = "globalThis.registry = new FinalizationRegistry(() => { throw new RangeError('nobody') }); \
                      registry.register({}, 1); 0";
        block_on(ctx.eval::<()>(source)).unwrap();
        block_on(ctx.run((), |lock, ()| {
            // SAFETY: a garbage collection attaches nothing to the isolate.
            unsafe { lock.raw() }.low_memory_notification();
        }))
        .unwrap();
        let mut reports = Vec::new();
        until(|| {
            reports.extend(world.fixture.reports());
            !reports.is_empty()
        });
        let [Report::Uncaught { message, position: Some(position), .. }] = &reports[..] else { panic!("{reports:?}") };
        assert_eq!(message, "Uncaught RangeError: nobody");
        assert_eq!((position.resource.as_str(), position.line), ("<eval>", 1));
    });
}
