//! What becomes of imports and modules when something ends.

use super::*;
use isolock::protocol::liveness::Why;

/// A context whose loader never answers for `silent.js`.
fn silent(isolate: &Isolate) -> (IoContext, Counted) {
    let kept = Counted::default();
    let setup = isolate.context(ContextOptions::new()).setup((kept.clone(),), |lock, (kept,)| {
        lock.module_loader((kept,), |_ev, (kept,), request| async move {
            if request.name == "silent.js" {
                futures::future::pending::<()>().await;
            }
            drop(kept);
            Ok(ModuleSource::javascript("import './silent.js'"))
        });
        Ok::<(), RunError>(())
    });
    (block_on(setup).unwrap(), kept)
}

#[test]
fn r3_a_loader_that_never_answers_ends_with_the_context() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (ctx, kept) = silent(&isolate);
        let (drops, clones) = kept.counters();
        let direct = pending(ctx.import("silent.js"));
        let below = pending(ctx.import("main.js"));
        let given = pending(ctx.load_module("given.js", "import './silent.js'"));
        let script = pending(ctx.eval::<()>("import('silent.js')"));
        ctx.close();
        for import in [direct, below, given] {
            assert_eq!(why(block_on(import)), Why::Closed);
        }
        assert_eq!(why(block_on(script)), Why::Closed);
        assert_eq!(why(block_on(ctx.import("other.js"))), Why::Closed);
        // One clone for each of the loads, which are dropped, and the loader's own.
        until(|| count(&drops) == count(&clones));
        until(|| isolate.stats().roots == 0);
    });
}

#[test]
fn an_import_ends_with_its_event() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (ctx, kept) = silent(&isolate);
        let (drops, clones) = kept.counters();
        let event = ctx.event();
        let mut waiting = under_way(&ctx, event.import("silent.js"));
        // Somebody else waits for the same load, which it did not begin.
        let mut other = under_way(&ctx, ctx.import("silent.js"));
        assert_eq!(count(&clones), 2);
        event.cancel();
        match poll_once(&mut waiting) {
            std::task::Poll::Ready(Err(RunError::Cancelled { .. })) => {}
            other => panic!("{other:?}"),
        }
        assert!(poll_once(&mut other).is_pending());
        assert_eq!((count(&clones), count(&drops)), (3, 1), "begun again");
        assert!(matches!(block_on(event.import("main.js")), Err(RunError::Cancelled { .. })));
        drop(other);
        assert_eq!(count(&drops), 2);
    });
}

#[test]
fn an_import_is_part_of_the_event_that_asks() {
    on_both_homes(|world| {
        let (_isolate, ctx, _) = world_of(world, [("a.js", "import './b.js'; export const n = 4"), ("b.js", "")]);
        let n: Result<f64, RunError> = block_on(ctx.spawn((), |ev, ()| async move {
            let module = ev.import("a.js").await?;
            let n = ev.try_run((module,), |lock, (module,)| {
                let key = lock.string("n")?;
                let module = module.try_get(lock)?;
                lock.try_catch(|lock| module.get(lock, key.into())?.number_value(lock))
            });
            n.await
        }))
        .unwrap();
        assert_eq!(n.unwrap(), 4.0);
    });
}

#[test]
fn r1_an_import_inside_a_turn_is_refused() {
    on_both_homes(|world| {
        let (_isolate, ctx, files) = world_of(world, [("a.js", "")]);
        let weak = Carry(ctx.clone());
        let refused = block_on(ctx.run((weak,), |_lock, (ctx,)| {
            let refused = |result| matches!(result, Err(RunError::Reentrant { .. }));
            refused(ready(ctx.0.import("a.js"))) && refused(ready(ctx.0.event().import("a.js")))
        }));
        assert!(refused.unwrap());
        assert_eq!(files.asked.lines(), [""; 0]);
    });
}

#[test]
fn r9_modules_and_captures_are_dropped_with_their_context() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let kept = Counted::default();
        let (drops, clones) = kept.counters();
        let used = |ctx: &IoContext| {
            block_on(ctx.run((), |lock, ()| {
                // SAFETY: the isolate is only asked for its numbers.
                unsafe { lock.raw() }.get_heap_statistics().number_of_native_contexts()
            }))
            .unwrap()
        };
        let idle = block_on(isolate.context(ContextOptions::new()).build()).unwrap();
        let before = used(&idle);
        for _ in 0..50 {
            let setup = isolate.context(ContextOptions::new()).setup((kept.clone(),), |lock, (kept,)| {
                lock.module_resolver((kept.clone(),), |_kept, specifier, _referrer| Ok(specifier.to_owned()));
                lock.module_loader((kept,), |_ev, (_kept,), request| async move {
                    Ok(match request.name.as_str() {
                        "main" => ModuleSource::javascript(
                            "import 'other'; import d from 'data' with { type: 'json' }; import.meta.resolve; await import('late')",
                        ),
                        "data" => ModuleSource::json("[1, 2, 3]"),
                        _ => ModuleSource::javascript("export const big = new Array(1000).fill(0)"),
                    })
                });
                Ok::<(), RunError>(())
            });
            let ctx = block_on(setup).unwrap();
            let main = import(&ctx, "main");
            until(|| isolate.stats().roots == 1);
            // The root outlives its context.
            drop(ctx);
            drop(main);
        }
        until(|| isolate.stats().contexts == 1 && isolate.stats().roots == 0);
        assert_eq!(count(&drops), count(&clones));
        // What is left of a context in V8 goes with its next collections.
        until(|| {
            block_on(idle.run((), |lock, ()| {
                // SAFETY: a collection may run at any allocation.
                unsafe { lock.raw() }.low_memory_notification();
            }))
            .unwrap();
            used(&idle) == before
        });
        // An isolate that ends first.
        let ctx = context_of(&isolate, &Files::new([("a.js", "import.meta; export const n = 1")]));
        let module = import(&ctx, "a.js");
        block_on(isolate.shutdown());
        assert_eq!(why(block_on(ctx.import("a.js"))), Why::IsolateShutDown);
        drop(module);
        assert_eq!(isolate.stats().roots, 0);
    });
}
