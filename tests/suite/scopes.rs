//! `Lock`'s scopes, and exceptions on their way through JS and Rust.

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;

#[test]
fn try_catch_gives_the_exception_and_forgets_it() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.run((), |lock, ()| {
            let error = threw(lock.eval("throw new TypeError('one')"));
            assert_eq!(error.message, "one");
            // Nothing is left pending.
            let key = lock.string("missing").unwrap();
            let found = lock.try_catch(|lock| lock.get_current_context().global(lock).get(lock, key.into())).unwrap();
            assert!(found.is_undefined());
            // `None` without an exception is told apart.
            let nothing = lock.try_catch(|_lock| None::<()>);
            assert!(matches!(nothing, Err(RunError::Refused(_))), "{nothing:?}");
            assert_eq!(lock.try_catch(|_lock| Some(5)).unwrap(), 5);
        }))
        .unwrap();
    });
}

#[test]
fn scopes_nest_and_handles_of_the_outer_survive() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let sum = block_on(ctx.try_run((), |lock, ()| {
            let kept = lock.eval("({ n: 0 })")?;
            lock.set_global("kept", kept)?;
            for _ in 0..100 {
                lock.scope(|lock| {
                    // Many handles, all gone with the scope.
                    for _ in 0..100 {
                        lock.eval("kept.n += 1")?;
                    }
                    lock.scope(|lock| threw(lock.eval("throw kept")));
                    Ok::<_, RunError>(())
                })?;
            }
            let kept = v8::Local::<v8::Object>::try_from(kept).expect("an object");
            let key = lock.string("n")?;
            Ok::<_, RunError>(kept.get(lock, key.into()).and_then(|n| n.number_value(lock)))
        }));
        assert_eq!(sum.unwrap(), Some(10_000.0));
    });
}

#[test]
fn a_scope_inside_try_catch_inside_in_context_works() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let group = isolate.group();
        let make = || block_on(isolate.context(ContextOptions::new().group(&group)).build()).unwrap();
        let (one, two) = (make(), make());
        block_on(two.set_global("name", "two")).unwrap();
        let text = block_on(one.try_run((two.downgrade(),), |lock, (two,)| {
            lock.scope(|lock| {
                lock.try_catch(|lock| {
                    let inside = lock.in_context(&two, (), |lock, ()| {
                        lock.scope(|lock| {
                            let caught = threw(lock.eval("throw new Error(name)"));
                            let name = lock.eval("name").map(|name| name.to_rust_string_lossy(lock));
                            name.map(|name| format!("{name} {}", caught.message))
                        })
                    });
                    inside.ok()?.ok()
                })
            })
        }));
        assert_eq!(text.unwrap(), "two two");
    });
}

/// JS calls this, this calls JS, down to where something is thrown.
#[isolate_fn]
fn descend(lock: &mut Lock<'_>, depth: f64, how: String) -> Result<f64, RunError> {
    if depth == 0.0 {
        return match how.as_str() {
            "js" => lock.eval("throw new RangeError('from JS')").map(|_| 0.0),
            "rust" => Err(RunError::Refused("from Rust")),
            _ => Ok(0.0),
        };
    }
    let value = lock.scope(|lock| {
        let value = lock.eval(&format!("descend({}, '{how}') + 1", depth - 1.0))?;
        Ok::<_, RunError>(value.number_value(lock))
    })?;
    value.ok_or(RunError::Refused("not a number"))
}

#[test]
fn exceptions_go_through_many_layers_of_js_and_rust() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((descend {},)));
        assert_eq!(number(&ctx, "descend(20, 'well')"), 20.0);
        let error = threw(block_on(ctx.eval::<f64>("descend(20, 'js')")));
        assert!(error.message.contains("from JS"), "{error}");
        let error = threw(block_on(ctx.eval::<f64>("descend(20, 'rust')")));
        assert!(error.message.contains("V8 refused: from Rust"), "{error}");
        assert_eq!(number(&ctx, "try { descend(5, 'js') } catch { 1 }"), 1.0);
    });
}

/// Recursion without an end, half in JS and half in Rust.
#[isolate_fn]
fn forever(lock: &mut Lock<'_>) -> Result<(), RunError> {
    lock.eval("forever()").map(drop)
}

/// The same through a callback, without compiling anything.
#[isolate_fn(name = "callBack")]
fn call_back<'s>(lock: &mut Lock<'s>, f: v8::Local<'s, v8::Function>) -> Result<(), RunError> {
    let this = lock.undefined();
    lock.try_catch(|lock| f.call(lock, this, &[])).map(drop)
}

#[test]
fn a_stack_overflow_between_js_and_rust_is_an_exception() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((forever {}, call_back {})));
        for source in [
            "forever()",
            "(function again() { callBack(again) })()",
            "(function js() { js() })()",
            "(async function later() { await 0; forever() })()",
        ] {
            for _ in 0..2 {
                let error = threw(block_on(ctx.eval::<f64>(source)));
                assert!(error.message.contains("Maximum call stack size exceeded"), "{source}: {error}");
            }
            assert_eq!(number(&ctx, "1 + 1"), 2.0);
        }
    });
}

#[test]
fn a_stack_overflow_on_a_thread_of_the_spawner_is_an_exception() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((forever {},)));
        let spawned = block_on(ctx.spawn((), |event, ()| async move {
            event.try_run((), |lock, ()| lock.eval("forever()").map(drop)).await
        }));
        let error = threw(spawned.unwrap());
        assert!(error.message.contains("Maximum call stack size exceeded"), "{error}");
    });
}

#[test]
fn a_lock_shows_what_it_is() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let line = line!() + 1;
        let text = block_on(ctx.run((), |lock, ()| format!("{lock:?}"))).unwrap();
        assert_eq!(
            text,
            format!("Lock {{ isolate: {}, context: {}, entered: {}:{line}:33 }}", isolate.id(), ctx.id(), file!())
        );
    });
}
