//! The limit for buffers: a `RangeError` in JS, and nothing worse.

use crate::support::{HOMES, collect_garbage, number, stage, until};
use isolock::prelude::*;
use isolock_tests::{block_on, watched};

const LIMIT: usize = 16 << 20;

#[track_caller]
fn assert_range_error<T: std::fmt::Debug>(result: Result<T, RunError>) {
    match &result {
        Err(RunError::Threw(error)) => assert_eq!(error.class, "RangeError", "{error}"),
        other => panic!("{other:?}"),
    }
}

/// Collects garbage until no buffer is left: V8 frees them on its workers.
fn until_free(isolate: &Isolate, ctx: &IoContext) {
    until(|| {
        collect_garbage(ctx);
        isolate.stats().buffer_bytes == 0
    });
}

#[test]
fn buffer_limit_is_a_range_error() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, ctx) = stage(IsolateOptions::new().home(home).buffer_limit(LIMIT));
            for source in [
                "new ArrayBuffer(32 << 20)",
                "new Uint8Array(32 << 20)",
                "new Float64Array(4 << 20)",
                "new SharedArrayBuffer(32 << 20)",
                "const a = []; for(;;) a.push(new ArrayBuffer(1 << 20))",
                "const b = []; for(;;) b.push(new Uint8Array(1 << 16).fill(1))",
                "const c = []; for(;;) c.push(new Uint8Array(1 << 20).slice())",
            ] {
                assert_range_error(block_on(
                    ctx.eval::<()>(&format!("(() => {{ return {source} }})()").replace("return const", "const")),
                ));
                assert!(isolate.stats().buffer_bytes <= LIMIT);
                until_free(&isolate, &ctx);
                assert_eq!(number(&ctx, "new Uint8Array(1 << 20).length"), 1_048_576.0, "after {source}");
            }
            // JS may catch it and go on.
            let caught = "(() => { try { new ArrayBuffer(32 << 20) } catch (e) { return e instanceof RangeError } })()";
            assert!(block_on(ctx.eval::<bool>(caught)).unwrap());
            until_free(&isolate, &ctx);
        }
    });
}

/// V8 takes a refused buffer for a heap that is nearly full; with both limits the turn must not be ended for that.
#[test]
fn a_refused_buffer_is_no_full_heap() {
    watched(|| {
        for home in HOMES {
            let options = IsolateOptions::new().home(home).buffer_limit(LIMIT).heap_limit(64 << 20);
            let (_fixture, isolate, ctx) = stage(options);
            for _ in 0..20 {
                assert_range_error(block_on(ctx.eval::<()>("new ArrayBuffer(32 << 20)")));
                assert_range_error(block_on(
                    ctx.eval::<()>("(() => { const a = []; for(;;) a.push(new ArrayBuffer(1 << 20)) })()"),
                ));
            }
            until_free(&isolate, &ctx);
            // And the heap's limit still works.
            let full = block_on(ctx.eval::<()>("(() => { const a = []; for(;;) a.push({ x: a.length }) })()"));
            assert!(matches!(full, Err(RunError::Terminated(_))), "{full:?}");
            assert_eq!(number(&ctx, "8"), 8.0);
        }
    });
}

#[test]
fn buffers_are_given_back_when_the_isolate_ends() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, ctx) = stage(IsolateOptions::new().home(home).buffer_limit(LIMIT));
            block_on(ctx.eval::<()>("globalThis.kept = [new ArrayBuffer(1 << 20), new Uint8Array(1 << 20)]; 1"))
                .unwrap();
            assert_eq!(isolate.stats().buffer_bytes, 2 << 20);
            block_on(isolate.shutdown());
            assert_eq!(isolate.stats().buffer_bytes, 0);
        }
    });
}
