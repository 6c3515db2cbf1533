//! Finalizers.

use crate::support::*;
use isolock::{Report, prelude::*, v8};
use isolock_tests::block_on;
use std::sync::mpsc;

/// Makes an object, which JS keeps as `globalThis.kept` if that is wanted, and watches it.
fn watch<C: Portable>(
    ctx: &IoContext,
    kept: bool,
    captures: C,
    body: for<'a, 'b> fn(&'a mut Lock<'b>, C) -> Result<(), RunError>,
) -> isolock::Finalizer {
    let turn = ctx.try_run((kept, Carry((captures, body))), |lock, (kept, Carry((captures, body)))| {
        lock.scope(|lock| {
            let object = v8::Object::new(lock);
            if kept {
                lock.set_global("kept", object)?;
            }
            lock.finalizer(object, captures, body)
        })
    });
    block_on(turn).unwrap()
}

#[test]
fn a_finalizer_runs_once_after_its_object_was_collected() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let log = Log::default();
        let heard = log.clone();
        watch(&ctx, true, (log, ctx.id()), |lock, (log, id)| {
            assert_eq!(lock.context().id(), id);
            // A turn as any other: JS runs, and microtasks do.
            let alive = lock.eval("typeof kept")?.to_rust_string_lossy(lock);
            lock.eval("Promise.resolve().then(() => { globalThis.after = 1 })")?;
            log.push(alive);
            Ok(())
        });
        let mut rounds = 0;
        collect_until(&ctx, || {
            rounds += 1;
            rounds > 3
        });
        assert_eq!(heard.lines(), Vec::<String>::new(), "JS keeps it");
        block_on(ctx.eval::<()>("kept = undefined; 0")).unwrap();
        collect_until(&ctx, || !heard.lines().is_empty());
        assert_eq!(number(&ctx, "after"), 1.0);
        let mut rounds = 0;
        collect_until(&ctx, || {
            rounds += 1;
            rounds > 3
        });
        assert_eq!(heard.lines(), ["undefined"]);
        assert_eq!(world.fixture.reports().len(), 0);
    });
}

#[test]
fn scripts_cannot_disturb_finalizers() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let hostile = "FinalizationRegistry.prototype.register = () => { throw 1 }; \
                       Object.defineProperty(FinalizationRegistry.prototype, 'constructor', { get() { throw 2 } }); \
                       Function.prototype.call = Function.prototype.apply = () => { throw 3 }; \
                       globalThis.FinalizationRegistry = class { constructor() { throw 4 } }; \
                       Object.freeze(Object.prototype); 0";
        block_on(ctx.eval::<()>(hostile)).unwrap();
        let (sender, ran) = mpsc::channel();
        watch(&ctx, false, (sender,), |_lock, (sender,)| sender.send(()).map_err(|_| RunError::Refused("nobody")));
        collect_until(&ctx, || ran.try_recv().is_ok());
    });
}

#[test]
fn a_cancelled_finalizer_never_runs_and_its_captures_go() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let value = Counted::default();
        let (drops, _) = value.counters();
        let finalizer = watch(&ctx, false, (value,), |_lock, _captures| {
            boom("it was cancelled");
            Ok(())
        });
        finalizer.cancel();
        finalizer.cancel();
        until(|| count(&drops) == 1);
        let (sender, ran) = mpsc::channel();
        watch(&ctx, false, (sender,), |_lock, (sender,)| sender.send(()).map_err(|_| RunError::Refused("nobody")));
        // Whoever was watched before would have been told before.
        collect_until(&ctx, || ran.try_recv().is_ok());
        assert_eq!(world.fixture.reports().len(), 0);
    });
}

#[test]
fn a_context_that_ends_drops_the_captures_of_its_finalizers() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let value = Counted::default();
        let (drops, _) = value.counters();
        watch(&ctx, true, (value,), |_lock, _captures| {
            boom("its context has ended");
            Ok(())
        });
        ctx.close();
        until(|| isolate.stats().contexts == 0 && count(&drops) == 1);
        // A collection after that finds nobody.
        let other = block_on(isolate.context(ContextOptions::new()).build()).unwrap();
        let mut rounds = 0;
        collect_until(&other, || {
            rounds += 1;
            rounds > 3
        });
        let (isolate, ctx) = world.context();
        let value = Counted::default();
        let (drops, _) = value.counters();
        watch(&ctx, true, (value,), |_lock, _captures| {
            boom("its isolate has ended");
            Ok(())
        });
        block_on(isolate.shutdown());
        assert_eq!(count(&drops), 1);
        assert_eq!(world.fixture.reports().len(), 0);
    });
}

#[test]
fn many_finalizers_run_whatever_one_of_them_does() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (sender, ran) = mpsc::channel();
        let turn = ctx.try_run((sender,), |lock, (sender,)| {
            lock.scope(|lock| {
                for n in 0..200_u32 {
                    let object = v8::Object::new(lock);
                    lock.finalizer(object, (n, sender.clone()), |_lock, (n, sender)| {
                        boom(if n == 50 { "in a finalizer" } else { "" });
                        sender.send(n).map_err(|_| RunError::Refused("nobody"))
                    })?;
                }
                Ok::<_, RunError>(())
            })
        });
        block_on(turn).unwrap();
        let mut heard = Vec::new();
        collect_until(&ctx, || {
            heard.extend(ran.try_iter());
            heard.len() == 199
        });
        heard.sort_unstable();
        let expected: Vec<_> = (0..200).filter(|n| *n != 50).collect();
        assert_eq!(heard, expected);
        let reports = world.fixture.reports();
        assert!(
            matches!(&reports[..], [Report::Panicked { message, .. }] if message == "in a finalizer"),
            "{reports:?}"
        );
        // A batch of them in one turn.
        assert!(isolate.stats().turns < 150, "{:?}", isolate.stats());
    });
}

#[test]
fn a_finalizer_that_fails_is_reported() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        watch(&ctx, false, (), |lock, ()| lock.eval("throw new Error('at last')").map(drop));
        let mut failed = Vec::new();
        collect_until(&ctx, || {
            failed.extend(world.fixture.reports());
            !failed.is_empty()
        });
        let [Report::Failed { what, made, message, .. }] = &failed[..] else { panic!("{failed:?}") };
        assert_eq!((*what, made.file()), ("finalizer", file!()));
        assert!(message.contains("at last"), "{message}");
    });
}

#[test]
fn a_finalizer_waits_at_the_gate() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, ran) = mpsc::channel();
        watch(&ctx, false, (sender,), |_lock, (sender,)| sender.send(()).map_err(|_| RunError::Refused("nobody")));
        let section = ctx.event().critical_section((Carry(ran),), |inside, (ran,)| async move {
            for _ in 0..5 {
                inside
                    .run((), |lock, ()| {
                        // SAFETY: nothing is attached, and no handle is made.
                        unsafe { lock.raw() }.low_memory_notification();
                    })
                    .await?;
            }
            let came_in = ran.0.try_recv().is_ok();
            Ok::<_, RunError>((ran, came_in))
        });
        let (Carry(ran), came_in) = block_on(section).unwrap().unwrap();
        assert!(!came_in, "the garbage collector belongs to no section");
        collect_until(&ctx, || ran.try_recv().is_ok());
    });
}
