//! JavaScript that comes back to a value while it is borrowed.

use super::*;
use crate::support::*;
use isolock::{Borrowed, v8};
use isolock_tests::block_on;
use std::{mem::ManuallyDrop, sync::mpsc};

/// The names of the annotated methods, as generated code would give them.
const BUMP: &str = "Kv::bump";
const HITS: &str = "Kv::hits";

/// A context with a `Kv` and a host function `hits()` that borrows it, mutably or not, and tells what it was refused with.
fn stage(world: &World, mutably: bool) -> (IoContext, WeakHomed<Kv>, mpsc::Receiver<RunError>, u32) {
    let (_isolate, ctx) = world.context();
    let (sender, refusals) = mpsc::channel();
    let second = line!() + 6;
    let kv = block_on(ctx.try_run((sender, mutably), |lock, (sender, mutably)| {
        let kv = lock.own(Drops::default().kv(1));
        let captures = (kv.clone(), Shared(Arc::new(Mutex::new(sender))), mutably);
        let hits = lock.function("hits", captures, |lock, (kv, sender, mutably), (): ()| {
            let hits = if *mutably {
                isolock::__private::affine::with_mut(kv, lock, HITS, |kv, _lock| kv.hits)
            } else {
                isolock::__private::affine::with(kv, lock, HITS, |kv, _lock| kv.hits)
            };
            if let Err(error) = &hits {
                sender.0.lock().expect("the sender").send(error.clone()).expect("somebody waits");
            }
            hits.map(|hits| hits as f64)
        })?;
        lock.set_global("hits", hits)?;
        Ok::<_, RunError>(kv)
    }))
    .unwrap();
    (ctx, kv, refusals, if mutably { second } else { second + 2 })
}

struct Shared<T>(Arc<Mutex<T>>);

impl<T: Send + 'static> Portable for Shared<T> {}

/// A body that has the value mutably while it runs JavaScript in one of many ways.
type Way = for<'a, 's> fn(&'a mut Lock<'s>);

fn read<'s>(lock: &Lock<'s>, object: &str, key: &str) -> Option<v8::Local<'s, v8::Value>> {
    let global = lock.get_current_context().global(lock);
    let object = global.get(lock, lock.string(object).ok()?.into())?.to_object(lock)?;
    object.get(lock, lock.string(key).ok()?.into())
}

fn getter(lock: &mut Lock<'_>) {
    lock.eval("var object = { get property() { return hits() } }").unwrap();
    assert!(lock.try_catch(|lock| read(lock, "object", "property")).is_err());
}

fn to_string(lock: &mut Lock<'_>) {
    lock.eval("var object = { toString() { return String(hits()) } }").unwrap();
    assert!(
        lock.try_catch(|lock| {
            let global = lock.get_current_context().global(lock);
            global.get(lock, lock.string("object").ok()?.into())?.to_string(lock)
        })
        .is_err()
    );
}

fn proxy_trap(lock: &mut Lock<'_>) {
    lock.eval("var object = new Proxy({}, { get() { return hits() } })").unwrap();
    assert!(lock.try_catch(|lock| read(lock, "object", "anything")).is_err());
}

fn iterator(lock: &mut Lock<'_>) {
    let error = lock.eval("var object = { *[Symbol.iterator]() { yield hits() } }; Array.from(object)").unwrap_err();
    assert!(error.js().is_some(), "{error:?}");
}

#[allow(clippy::disallowed_methods, reason = "what one should not do")]
fn promise_continuation(lock: &mut Lock<'_>) {
    lock.eval("Promise.resolve().then(hits).catch(() => {}); 0").unwrap();
    // A turn does this at its end; an embedder with unsafe code may do it before.
    let queue: *const v8::MicrotaskQueue = lock.get_current_context().get_microtask_queue().expect("a queue");
    // SAFETY: the context keeps the queue; nothing is attached to the isolate and nothing outlives the borrow.
    unsafe { (*queue).perform_checkpoint(lock.raw()) };
}

#[test]
fn r5_a_value_that_is_borrowed_mutably_is_refused_to_whoever_comes_back() {
    let ways: [(&str, Way); 5] = [
        ("getter", getter),
        ("toString", to_string),
        ("Proxy trap", proxy_trap),
        ("iterator", iterator),
        ("promise continuation", promise_continuation),
    ];
    on_both_homes(|world| {
        for mutably in [true, false] {
            let (ctx, kv, refusals, second) = stage(world, mutably);
            for (name, way) in ways {
                let first = line!() + 2;
                block_on(ctx.run((kv.clone(), Carry(way)), |lock, (kv, way)| {
                    isolock::__private::affine::with_mut(&kv, lock, BUMP, |kv, lock| {
                        kv.hits += 1;
                        (way.0)(lock);
                        kv.hits += 1;
                    })
                    .unwrap();
                }))
                .unwrap();
                let error = refusals.try_recv().unwrap_or_else(|_| panic!("{name}: nobody came back"));
                let words = error.to_string();
                let RunError::Borrowed(borrowed) = error else { panic!("{name}: {words}") };
                let Borrowed { access, first: held, second: refused, .. } = &*borrowed;
                assert_eq!((access.what, held.method, refused.method), ("Kv", Some(BUMP), Some(HITS)), "{name}");
                assert_eq!((held.mutable, refused.mutable), (true, mutably), "{name}");
                assert_at(held.at, file!(), first);
                assert_at(refused.at, file!(), second);
                assert!(words.starts_with("R5 name-what-is-affine: the `Kv` made at "), "{words}");
                for part in [BUMP, HITS, &held.at.to_string(), &refused.at.to_string(), &access.made.to_string()] {
                    assert!(words.contains(part), "{words} lacks {part}");
                }
                assert!(refusals.try_recv().is_err(), "{name}: once");
            }
            // Nothing stays borrowed.
            assert_eq!(number(&ctx, "hits()"), 10.0);
        }
    });
}

#[test]
fn r5_the_refusal_is_an_exception_in_js() {
    on_both_homes(|world| {
        let (ctx, kv, _refusals, _) = stage(world, true);
        let text = block_on(ctx.try_run((kv,), |lock, (kv,)| {
            kv.with_mut(lock, |_kv, lock| {
                let message = lock.eval("try { hits() } catch (error) { `${error.name}: ${error.message}` }")?;
                Ok::<_, RunError>(message.to_rust_string_lossy(lock))
            })?
        }))
        .unwrap();
        assert!(text.contains("R5 name-what-is-affine: the `Kv` made at "), "{text}");
    });
}

#[test]
fn r5_shared_borrows_overlap() {
    on_both_homes(|world| {
        let (ctx, kv, refusals, _) = stage(world, false);
        let hits = block_on(ctx.try_run((kv.clone(),), |lock, (kv,)| {
            kv.get_mut(lock).hits = 7;
            kv.with(lock, |kv, lock| {
                let value = lock.eval("hits() + hits()")?;
                Ok::<_, RunError>(kv.hits as f64 + value.number_value(lock).unwrap_or(f64::NAN))
            })?
        }));
        assert_eq!(hits.unwrap(), 21.0);
        assert!(refusals.try_recv().is_err());
        // A guard counts like a method, and its end frees the value.
        block_on(ctx.run((kv,), |lock, (kv,)| {
            let (one, two) = (kv.get(lock), kv.get(lock));
            assert!(matches!(kv.try_get_mut(lock), Err(RunError::Borrowed(_))));
            drop(one);
            assert!(matches!(kv.try_get_mut(lock), Err(RunError::Borrowed(_))));
            assert_eq!(two.hits, 7);
            drop(two);
            let mut guard = kv.get_mut(lock);
            guard.hits += 1;
            assert_eq!(guard.hits, 8);
            assert!(matches!(kv.try_get(lock), Err(RunError::Borrowed(_))));
        }))
        .unwrap();
    });
}

#[test]
fn r5_what_is_borrowed_is_not_taken_out() {
    on_both_homes(|world| {
        let (ctx, kv, _refusals, _) = stage(world, true);
        block_on(ctx.run((kv,), |lock, (kv,)| {
            let guard = kv.get(lock);
            let error = kv.take(lock).map(|kv| kv.hits).unwrap_err();
            assert!(matches!(&error, RunError::Borrowed(borrowed) if borrowed.second.mutable), "{error}");
            assert_eq!(guard.hits, 0);
            drop(guard);
            kv.take(lock).map(|kv| kv.hits).unwrap();
        }))
        .unwrap();
    });
}

#[test]
fn r5_a_body_that_panics_borrows_no_longer() {
    on_both_homes(|world| {
        let (ctx, kv, _refusals, _) = stage(world, true);
        panicked(block_on(ctx.run((kv.clone(),), |lock, (kv,)| {
            kv.with_mut(lock, |kv, _lock| {
                kv.hits = 3;
                boom("in the midst");
            })
            .unwrap();
        })));
        assert_eq!(block_on(ctx.run((kv,), |lock, (kv,)| kv.get_mut(lock).hits)).unwrap(), 3);
    });
}

#[test]
fn r9_a_guard_that_is_leaked_keeps_the_value_borrowed_until_its_owner_ends() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let drops = Drops::default();
        let kv = block_on(ctx.run((drops.clone(),), |lock, (drops,)| {
            let kv = Homed::new(lock, drops.kv(1));
            let _leaked = ManuallyDrop::new(kv.get(lock));
            kv
        }))
        .unwrap();
        let opened =
            block_on(ctx.run((kv.clone(),), |lock, (kv,)| (kv.try_get(lock).is_ok(), kv.try_get_mut(lock).is_err())));
        assert_eq!(opened.unwrap(), (true, true));
        drop(kv);
        until(|| isolate.stats().own_values == 0);
        assert_eq!(drops.ids(), [1]);
    });
}
