//! The steps of an entry that follow the body: 8 to 10.

use crate::support::*;
use isolock::{prelude::*, protocol::termination::Request, v8};
use isolock_tests::{block_on, context};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    task::{Context, Wake, Waker},
    thread,
};

/// Runs JS from inside a host function, which must not run microtasks.
#[isolate_fn]
fn deep(lock: &mut Lock<'_>) -> Result<String, RunError> {
    lock.eval("Promise.resolve().then(() => log.push('deep microtask')); log.push('deep')")?;
    let log = lock.eval("log.join()")?;
    Ok(log.to_rust_string_lossy(lock))
}

#[test]
fn step_08_microtasks_run_at_the_end_of_the_turn_and_not_before() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((deep {},)));
        let seen = block_on(ctx.try_run((), |lock, ()| {
            lock.eval("globalThis.log = []; Promise.resolve().then(() => log.push('microtask')); log.push('script')")?;
            let seen = lock.eval("deep()")?.to_rust_string_lossy(lock);
            lock.eval("log.push('body')")?;
            Ok::<_, RunError>(seen)
        }))
        .unwrap();
        assert_eq!(seen, "script,deep");
        assert_eq!(text(&ctx, "log.join()"), "script,deep,body,microtask,deep microtask");
    });
}

#[test]
fn step_08_microtasks_that_queue_microtasks_all_run() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let f = "globalThis.n = 0; (function next() { if (++n < 1000) Promise.resolve().then(next) })()";
        block_on(ctx.eval::<()>(f)).unwrap();
        assert_eq!(number(&ctx, "n"), 1000.0);
    });
}

#[test]
fn step_08_microtasks_of_other_groups_do_not_run() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let other = context(&isolate);
        // A raw handle, smuggled into the other group: it puts a reaction into `ctx`'s queue from a turn of `other`.
        let resolver = block_on(ctx.try_run((), |lock, ()| {
            let resolver = v8::PromiseResolver::new(lock).unwrap();
            lock.set_global("promise", resolver.get_promise(lock))?;
            lock.eval("globalThis.ran = 'no'; promise.then(() => { ran = 'yes' })")?;
            Ok::<_, RunError>(Carry(v8::Global::new(lock, resolver)))
        }))
        .unwrap();
        block_on(other.run((resolver,), |lock, (resolver,)| {
            let resolver = v8::Local::new(lock, &resolver.0);
            resolver.resolve(lock, lock.undefined());
        }))
        .unwrap();
        // The turn that looks is the first one of its group since.
        assert_eq!(text(&ctx, "ran"), "no");
        assert_eq!(text(&ctx, "ran"), "yes");
    });
}

#[test]
fn step_08_a_terminated_turn_leaves_the_microtasks_of_others_alone() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let ended = block_on(ctx.run((Carry(isolate.clone()),), |lock, (isolate,)| {
            lock.eval("globalThis.ran = false; Promise.resolve().then(() => { ran = true })").unwrap();
            assert!(isolate.0.terminate_running());
            assert!(lock.check().is_err());
            lock.eval("1").unwrap_err();
        }));
        terminated(ended);
        assert_eq!(text(&ctx, "String(ran)"), "true");
    });
}

#[test]
fn step_09_a_termination_is_taken_back_at_the_end_of_its_turn() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        for _ in 0..3 {
            let line = line!() + 2;
            let ended = block_on(ctx.run((Carry(isolate.clone()),), |lock, (isolate,)| {
                isolate.0.terminate_running();
                lock.eval("for (;;) {}").unwrap_err();
            }));
            let Request::Terminate(at) = terminated(ended) else { panic!("who asked?") };
            assert_at(at, file!(), line);
            assert_eq!(number(&ctx, "{ let n = 0; while (n < 100000) n++; n }"), 100_000.0);
        }
        assert!(!isolate.terminate_running(), "there is nothing to hit");
    });
}

#[test]
fn step_09_foreground_tasks_run_after_the_turn_and_not_in_it() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let seen = block_on(ctx.try_run((), |lock, ()| {
            lock.eval(
                "globalThis.log = []; globalThis.cell = new Int32Array(new SharedArrayBuffer(4));
                 Atomics.waitAsync(cell, 0, 0).value.then(result => log.push(result));
                 log.push('woken: ' + Atomics.notify(cell, 0));",
            )?;
            for _ in 0..10 {
                lock.eval("for (let n = 0; n < 100000; n++);")?;
            }
            let seen = lock.eval("log.join()")?;
            Ok::<_, RunError>(seen.to_rust_string_lossy(lock))
        }))
        .unwrap();
        assert_eq!(seen, "woken: 1");
        assert_eq!(text(&ctx, "log.join()"), "woken: 1,ok");
    });
}

#[test]
fn step_09_a_delayed_task_gets_a_turn_though_nobody_asks_for_one() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let wait = "Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1).value";
        assert_eq!(text(&ctx, wait), "timed-out");
    });
}

/// Called when something was collected.
#[isolate_fn]
fn collected(lock: &mut Lock<'_>, #[capture] log: &Log, what: String) -> Result<(), RunError> {
    log.push(format!("{what} {}", lock.context().id()));
    lock.eval(&format!("later('{what}').then(() => {{ globalThis.seen = '{what}' }})")).map(drop)
}

/// Starts from where no event is.
#[isolate_fn]
async fn later(ev: Event, #[capture] log: Log, what: String) -> Result<(), RunError> {
    ev.run((log, what), |_lock, (log, what)| log.push(format!("{what} later"))).await
}

#[test]
fn step_09_finalizers_run_in_turns_of_their_own() {
    on_both_homes(|world| {
        let (isolate, log) = (world.isolate(), Log::default());
        let setup = isolate
            .context(ContextOptions::new())
            .setup((log.clone(),), |lock, (log,)| lock.install((collected { log: log.clone() }, later { log })));
        let ctx = block_on(setup).unwrap();
        let source = "globalThis.registry = new FinalizationRegistry(collected); registry.register({}, 'token'); 0";
        block_on(ctx.eval::<()>(source)).unwrap();
        block_on(ctx.run((), |lock, ()| {
            // SAFETY: a garbage collection attaches nothing to the isolate.
            unsafe { lock.raw() }.low_memory_notification();
        }))
        .unwrap();
        until(|| log.lines().len() == 2);
        assert_eq!(log.lines(), [format!("token {}", ctx.id()), "token later".into()]);
        block_on(ctx.idle());
        assert_eq!(text(&ctx, "seen"), "token");
    });
}

/// Counts its wake-ups and wakes a channel.
struct Bell {
    rings: AtomicUsize,
    sender: mpsc::Sender<()>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rings.fetch_add(1, Ordering::SeqCst);
        let _ = self.sender.send(());
    }
}

#[test]
fn step_10_the_next_turn_is_woken() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let busy = Busy::new(&ctx);
        let (sender, bell) = mpsc::channel();
        let waker = Arc::new(Bell { rings: AtomicUsize::new(0), sender });
        let mut queued = Box::pin(ctx.run((), |_lock, ()| 5_u8));
        let task = Waker::from(waker.clone());
        assert!(queued.as_mut().poll(&mut Context::from_waker(&task)).is_pending());
        assert_eq!((waker.rings.load(Ordering::SeqCst), isolate.stats().waiting), (0, 1));
        busy.release().unwrap();
        bell.recv().unwrap();
        assert_eq!(block_on(queued).unwrap(), 5);
    });
}

#[test]
fn step_10_every_waiting_turn_is_reached() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let busy = Busy::new(&ctx);
        // More than one batch, and each polled by a thread of its own.
        let threads: Vec<_> = (0..40_u32)
            .map(|n| {
                let ctx = ctx.clone();
                thread::spawn(move || block_on(ctx.run((n,), |lock, (n,)| (n, lock.isolate_id()))))
            })
            .collect();
        until(|| isolate.stats().waiting == 40);
        busy.release().unwrap();
        for (n, thread) in threads.into_iter().enumerate() {
            assert_eq!(thread.join().unwrap().unwrap(), (u32::try_from(n).unwrap(), isolate.id()));
        }
    });
}
