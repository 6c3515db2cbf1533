//! V8's foreground tasks: run on idle isolates, never dropped, never drained without end.

use crate::support::{HOMES, collect_garbage, hold, number, poll_once, scaled, stage};
use isolock::prelude::*;
use isolock_tests::{block_on, context, watched};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

#[isolate_fn]
fn collected(#[capture] sender: &mpsc::Sender<f64>, n: f64) {
    sender.send(n).unwrap();
}

const REGISTER: &str = "globalThis.registry = new FinalizationRegistry(collected); \
                        for (let i = 0; i < 100; i++) registry.register({}, i); 0";

/// Nobody enters the isolate after the garbage collection: the platform's hook wakes it up.
#[test]
fn finalizers_run_without_another_turn() {
    watched(|| {
        for home in HOMES {
            let (_fixture, _isolate, ctx) = stage(IsolateOptions::new().home(home));
            let (sender, seen) = mpsc::channel();
            block_on(ctx.try_run((sender,), |lock, (sender,)| lock.install((collected { sender },)))).unwrap();
            for _ in 0..5 {
                block_on(ctx.eval::<()>(REGISTER)).unwrap();
                collect_garbage(&ctx);
                let mut numbers: Vec<_> = (0..100).map(|_| seen.recv().unwrap()).collect();
                numbers.sort_by(f64::total_cmp);
                assert!(numbers.into_iter().map(|n| n as i32).eq(0..100));
            }
        }
    });
}

/// One finalizer that throws and one that never ends, in contexts of their own: the third still gets its calls.
#[test]
fn a_bad_finalizer_spares_the_others() {
    watched(|| {
        for home in HOMES {
            let limit = Duration::from_millis(400);
            let (_fixture, isolate, good) = stage(IsolateOptions::new().home(home).turn_limit(limit));
            let (throwing, endless) = (context(&isolate), context(&isolate));
            let (sender, seen) = mpsc::channel();
            block_on(good.try_run((sender,), |lock, (sender,)| lock.install((collected { sender },)))).unwrap();
            for (ctx, callback) in [(&throwing, "() => { throw 1 }"), (&endless, "() => { for(;;); }")] {
                let register = format!(
                    "globalThis.registry = new FinalizationRegistry({callback}); \
                     for (let i = 0; i < 3; i++) registry.register({{}}, i); 0"
                );
                block_on(ctx.eval::<()>(&register)).unwrap();
            }
            block_on(good.eval::<()>(REGISTER)).unwrap();
            // The turn that collects may be past its limit.
            // SAFETY: nothing is attached to the isolate and nothing outlives the borrow.
            drop(block_on(good.run((), |lock, ()| unsafe { lock.raw() }.low_memory_notification())));
            let count = (0..100).filter(|_| seen.recv().is_ok()).count();
            assert_eq!(count, 100);
            // And a second round, after everything that was thrown and ended.
            endless.close();
            block_on(good.eval::<()>(REGISTER)).unwrap();
            // SAFETY: as above.
            drop(block_on(good.run((), |lock, ()| unsafe { lock.raw() }.low_memory_notification())));
            let count = (0..100).filter(|_| seen.recv().is_ok()).count();
            assert_eq!(count, 100);
        }
    });
}

const WAIT: &str = "globalThis.cell = new Int32Array(new SharedArrayBuffer(4));";

#[test]
fn wait_async_times_out_and_is_notified() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, ctx) = stage(IsolateOptions::new().home(home));
            block_on(ctx.eval::<()>(WAIT)).unwrap();
            // A delayed task; nobody enters the isolate meanwhile.
            let timed = block_on(ctx.eval::<String>("Atomics.waitAsync(cell, 0, 0, 20).value")).unwrap();
            assert_eq!(timed, "timed-out");
            // Notified by a later turn, of another context.
            let mut waiting = Box::pin(ctx.eval::<String>("Atomics.waitAsync(cell, 0, 0).value"));
            assert!(poll_once(&mut waiting).is_pending());
            crate::support::until(|| isolate.stats().waiting == 0);
            assert_eq!(number(&ctx, "Atomics.notify(cell, 0)"), 1.0);
            assert_eq!(block_on(waiting).unwrap(), "ok");
            // One that waits for ever doesn't keep the isolate from ending.
            let mut forever = Box::pin(ctx.eval::<String>("Atomics.waitAsync(cell, 0, 0, 1e9).value"));
            assert!(poll_once(&mut forever).is_pending());
            block_on(isolate.shutdown());
            assert!(matches!(block_on(forever), Err(RunError::Gone(_))));
        }
    });
}

/// `Atomics.wait` would block with the isolate's lock held.
#[test]
fn wait_is_refused() {
    watched(|| {
        for home in HOMES {
            let (_fixture, _isolate, ctx) = stage(IsolateOptions::new().home(home));
            let refused = block_on(ctx.eval::<String>(&format!("{WAIT} Atomics.wait(cell, 0, 0, 1)")));
            assert!(matches!(&refused, Err(RunError::Threw(error)) if error.class == "TypeError"), "{refused:?}");
        }
    });
}

/// Compiled on V8's workers; the result comes by a task.
#[test]
fn web_assembly_compiles_asynchronously() {
    watched(|| {
        for home in HOMES {
            let (_fixture, _isolate, ctx) = stage(IsolateOptions::new().home(home));
            // (module (func (export "f") (result i32) i32.const 42))
            let bytes =
                "new Uint8Array([0,97,115,109,1,0,0,0,1,5,1,96,0,1,127,3,2,1,0,7,5,1,1,102,0,0,10,6,1,4,0,65,42,11])";
            for _ in 0..5 {
                let compiled = format!("WebAssembly.compile({bytes}).then(m => m instanceof WebAssembly.Module)");
                assert!(block_on(ctx.eval::<bool>(&compiled)).unwrap());
                let called = format!("WebAssembly.instantiate({bytes}).then(({{ instance }}) => instance.exports.f())");
                assert_eq!(number(&ctx, &called), 42.0);
            }
            let failed = block_on(ctx.eval::<()>("WebAssembly.compile(new Uint8Array(8))"));
            assert!(matches!(&failed, Err(RunError::Threw(error)) if error.class == "CompileError"), "{failed:?}");
        }
    });
}

/// A task whose microtasks post the next task, for ever: turns still get in, and the isolate can be shut down.
#[test]
fn tasks_that_post_themselves_do_not_starve_turns() {
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, ctx) = stage(IsolateOptions::new().home(home));
            let other = context(&isolate);
            let again = "globalThis.n = 0; (async () => { for(;;) { const w = Atomics.waitAsync(cell, 0, 0); \
                         Atomics.notify(cell, 0); await w.value; n++ } })(); 0";
            block_on(ctx.eval::<()>(&format!("{WAIT} {again}"))).unwrap();
            let ran = Arc::new(AtomicUsize::new(0));
            let threads = [other.clone(), ctx.clone()].map(|ctx| {
                let ran = ran.clone();
                thread::spawn(move || {
                    for n in 0..scaled(300) {
                        #[allow(clippy::cast_precision_loss, reason = "small")]
                        let n = n as f64;
                        assert_eq!(number(&ctx, &format!("{n} + 1")), n + 1.0);
                        ran.fetch_add(1, Ordering::SeqCst);
                    }
                })
            });
            for thread in threads {
                thread.join().unwrap();
            }
            assert_eq!(ran.load(Ordering::SeqCst), 2 * scaled(300));
            // It goes on by itself.
            let before = number(&ctx, "n");
            crate::support::until(|| number(&ctx, "n") > before);
            block_on(isolate.shutdown());
        }
    });
}

#[isolate_fn]
fn refuses(#[capture] calls: &Arc<AtomicUsize>) -> Result<(), RunError> {
    calls.fetch_add(1, Ordering::SeqCst);
    Err(RunError::PromiseLost)
}

/// A finalizer that throws ends its task, and V8 posts another for the next one: a turn gets in between.
#[test]
fn a_long_row_of_tasks_is_run_in_batches() {
    const MANY: usize = 100;
    watched(|| {
        for home in HOMES {
            let (_fixture, isolate, ctx) = stage(IsolateOptions::new().home(home));
            let calls = Arc::new(AtomicUsize::new(0));
            block_on(ctx.try_run((calls.clone(),), |lock, (calls,)| lock.install((refuses { calls },)))).unwrap();
            let register = format!(
                "globalThis.registry = new FinalizationRegistry(refuses); \
                 for (let i = 0; i < {MANY}; i++) registry.register({{}}, i); 0"
            );
            block_on(ctx.eval::<()>(&register)).unwrap();
            let held = hold(&ctx);
            // SAFETY: nothing is attached to the isolate and nothing outlives the borrow.
            let collect = ctx.run((), |lock, ()| unsafe { lock.raw() }.low_memory_notification());
            let (mut collect, mut look) = (
                Box::pin(collect),
                Box::pin(ctx.run((calls.clone(),), |_lock, (calls,)| calls.load(Ordering::SeqCst))),
            );
            assert!(poll_once(&mut collect).is_pending() && poll_once(&mut look).is_pending());
            held.release().unwrap();
            block_on(collect).unwrap();
            let between = block_on(look).unwrap();
            assert!((1..MANY / 2).contains(&between), "{between} calls came before the next turn");
            crate::support::until(|| calls.load(Ordering::SeqCst) == MANY);
            block_on(isolate.shutdown());
        }
    });
}

/// Isolates come and go while V8 posts tasks for them from its workers: none reaches an isolate at the same address.
#[test]
fn isolates_end_while_tasks_are_on_their_way() {
    watched(|| {
        for home in HOMES {
            let fixture = isolock_tests::Fixture::new();
            for _ in 0..scaled(30) {
                let isolate = fixture.isolate(IsolateOptions::new().home(home));
                let ctx = context(&isolate);
                let busy = "WebAssembly.compile(new Uint8Array([0,97,115,109,1,0,0,0])); \
                            new FinalizationRegistry(() => {}).register({}, 1); 0";
                block_on(ctx.eval::<()>(&format!("{WAIT} Atomics.waitAsync(cell, 0, 0, 1); {busy}"))).unwrap();
                collect_garbage(&ctx);
                let ended = isolate.shutdown();
                drop((isolate, ctx));
                block_on(ended);
            }
        }
    });
}
