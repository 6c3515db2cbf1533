//! JS functions made of closures.

use crate::support::*;
use futures::channel::oneshot;
use isolock::{Thrown, prelude::*, v8};
use isolock_tests::block_on;
use std::{
    cell::Cell,
    fmt,
    sync::{Arc, Mutex, mpsc},
};

#[test]
fn arguments_are_a_typed_tuple() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            let none = lock.function("none", (), |_lock, (), (): ()| "none")?;
            lock.set_global("none", none)?;
            let repeat =
                lock.function("repeat", ("-",), |_lock, (between,), (text, times): (String, Option<u32>)| {
                    vec![text; times.unwrap_or(1) as usize].join(between)
                })?;
            lock.set_global("repeat", repeat)?;
            type Twelve = (u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, Vec<f64>);
            let twelve = lock.function("twelve", (), |_lock, (), args: Twelve| {
                f64::from(args.0) + f64::from(args.10) + args.11.iter().sum::<f64>()
            })?;
            lock.set_global("twelve", twelve)
        });
        assert_eq!(text(&ctx, "none(1, 2)"), "none");
        assert_eq!(text(&ctx, "`${repeat('a')} ${repeat('b', 3)} ${repeat('c', null, 'ignored')}`"), "a b-b-b c");
        assert_eq!(number(&ctx, "twelve(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, [3, 4])"), 10.0);
        // The `length` counts what has to be passed.
        assert_eq!(text(&ctx, "[none, repeat, twelve].map(f => f.name + f.length).join()"), "none0,repeat1,twelve12");
    });
}

#[test]
fn an_argument_that_cannot_be_converted_is_named_by_function_and_position() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            let pick = lock.function("pick", (), |_lock, (), (_from, at): (String, u8)| f64::from(at))?;
            lock.set_global("pick", pick)?;
            let later = lock.async_function("later", (), |_ev, (), (at,): (u8,)| async move { f64::from(at) })?;
            lock.set_global("later", later)
        });
        let wrong = |source: &str| {
            let error = threw(block_on(ctx.eval::<f64>(source)));
            format!("{}: {}", error.class, error.message)
        };
        assert_eq!(wrong("pick(5, 1)"), "TypeError: pick: argument 1: expected a string, found number 5");
        assert_eq!(
            wrong("pick('a')"),
            "TypeError: pick: argument 2: expected a whole number from 0 to 255, found nothing"
        );
        assert!(wrong("pick('a', 256)").starts_with("RangeError: pick: argument 2: expected a whole number"));
        // As by an annotated one: thrown, and not a rejection.
        assert_eq!(text(&ctx, "try { later('x'); 'no' } catch (e) { e.constructor.name }"), "TypeError");
    });
}

/// Not `Sync`: two threads never share it.
struct Counter(Cell<u32>);
impl Portable for Counter {}

#[test]
fn captures_need_not_be_sync() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let turn = ctx.try_run((Counter(Cell::new(0)),), |lock, captures| {
            let next = lock.function("next", captures, |_lock, (counter,), (): ()| {
                counter.0.set(counter.0.get() + 1);
                counter.0.get()
            })?;
            lock.set_global("next", next)
        });
        block_on(turn).unwrap();
        assert_eq!(number(&ctx, "next(); next(); next()"), 3.0);
    });
}

#[test]
fn a_body_may_take_and_return_locals() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            let wrap = lock.function_with("wrap", ("key",), |lock, (key,), args| {
                assert_eq!((args.function(), args.all().len()), ("wrap", args.len()));
                let object = v8::Object::new(lock);
                let key = lock.string(key)?;
                object.set(lock, key.into(), args.value(0));
                Ok(object.into())
            })?;
            lock.set_global("wrap", wrap)?;
            let me = lock.function_with("me", (), |_lock, (), args| Ok(args.this().into()))?;
            lock.set_global("me", me)?;
            let call = lock.function_with("call", (), |lock, (), args| {
                let function: v8::Local<'_, v8::Function> = args.get(lock, 0, "function")?;
                let rest = &args.all()[1..];
                Ok(lock.try_catch(|lock| function.call(lock, lock.undefined(), rest))?)
            })?;
            lock.set_global("call", call)
        });
        assert_eq!(text(&ctx, "const o = { a: 1 }; `${wrap(o).key === o} ${'key' in wrap()}`"), "true true");
        assert_eq!(text(&ctx, "const p = { me }; `${p.me() === p}`"), "true");
        assert_eq!(number(&ctx, "call((a, b) => a + b, 1, 2)"), 3.0);
        let error = threw(block_on(ctx.eval::<()>("call(1)")));
        assert_eq!(error.message, "call: argument 1 (`function`): expected a v8 Function, found number 1");
    });
}

#[test]
fn a_body_throws_what_it_wants() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            let throw = lock.function_with("toss", (), |lock, (), args| {
                let what: String = args.get(lock, 0, "what")?;
                Err(match what.as_str() {
                    "type" => Thrown::type_error("t"),
                    "range" => Thrown::range_error("r"),
                    "value" => Thrown::value(args.value(1)),
                    "mismatch" => return Ok(<f64 as FromJs<'_>>::from_js(args.value(1), lock).map(|_| args.value(1))?),
                    _ => Thrown::error("e"),
                })
            })?;
            lock.set_global("toss", throw)
        });
        let caught = |source: &str| text(&ctx, &format!("try {{ {source}; 'no' }} catch (e) {{ String(e) }}"));
        assert_eq!(caught("toss('type')"), "TypeError: t");
        assert_eq!(caught("toss('range')"), "RangeError: r");
        assert_eq!(caught("toss('')"), "Error: e");
        assert_eq!(caught("toss('value', 'as it is')"), "as it is");
        assert_eq!(caught("toss('mismatch', 'x')"), "TypeError: expected a number, found string \"x\"");
    });
}

/// An error of the embedder's around a JS exception.
#[derive(Debug)]
struct Around(RunError);

impl Portable for Around {}

impl fmt::Display for Around {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("around")
    }
}

impl std::error::Error for Around {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn a_js_exception_passes_through_rust_as_the_same_value() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.with(|lock, ()| {
            let eval = lock.function("through", (), |lock, (), (source,): (String,)| lock.eval(&source).map(drop))?;
            lock.set_global("through", eval)?;
            let around = lock.function("around", (), |lock, (), (source,): (String,)| {
                lock.eval(&source).map(drop).map_err(Around)
            })?;
            lock.set_global("around", around)?;
            let later = lock.async_function("later", (), |ev, (), (source,): (String,)| async move {
                ev.try_run((source,), |lock, (source,)| lock.eval(&source).map(drop)).await
            })?;
            lock.set_global("later", later)
        });
        let same = "class Mine extends Error { constructor() { super('mine'); this.code = 7 } } const mine = new Mine;";
        block_on(ctx.eval::<()>(&format!("{same} 0"))).unwrap();
        assert_eq!(text(&ctx, "try { through('throw mine') } catch (e) { `${e === mine}` }"), "true");
        assert_eq!(text(&ctx, "try { through('throw 5') } catch (e) { `${e === 5}` }"), "true");
        assert_eq!(
            text(&ctx, "try { around('throw mine') } catch (e) { `${e.message} ${e.cause === mine}` }"),
            "around true"
        );
        assert_eq!(text(&ctx, "later('throw mine').catch(e => `${e === mine} ${e instanceof Mine}`)"), "true true");
        // Out of JS and in again.
        let error = block_on(ctx.eval::<()>("throw mine")).unwrap_err();
        let again = ctx.try_run((error.clone(),), |lock, (error,)| {
            let fail = lock.function("fail", (error,), |_lock, (error,), (): ()| Err::<(), _>(error.clone()))?;
            lock.set_global("fail", fail)
        });
        block_on(again).unwrap();
        assert_eq!(text(&ctx, "try { fail() } catch (e) { `${e === mine}` }"), "true");
        // In a stranger's context it is a likeness.
        let other = block_on(isolate.context(ContextOptions::new()).build()).unwrap();
        let range = threw(block_on(ctx.eval::<()>("throw new RangeError('far')")));
        let strange = other.try_run((error, range), |lock, captures| {
            let fail = lock.function("fail", captures, |_lock, (mine, range), (which,): (bool,)| {
                if which { Err::<(), _>(mine.clone()) } else { Err(range.clone().into()) }
            })?;
            lock.set_global("fail", fail)
        });
        block_on(strange).unwrap();
        let likeness = "e => `${e.name}: ${e.message} ${e.code} ${e instanceof Error} ${e.stack.includes('<eval>')}`";
        let caught = |call: &str| text(&other, &format!("try {{ {call}; 'no' }} catch (e) {{ ({likeness})(e) }}"));
        assert_eq!(caught("fail(true)"), "Mine: mine undefined true true");
        assert_eq!(caught("fail(false)"), "RangeError: far undefined true true");
        assert_eq!(text(&other, "try { fail(false) } catch (e) { `${e instanceof RangeError}` }"), "true");
    });
}

#[test]
fn an_error_lets_go_of_its_value() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let error = threw(block_on(ctx.eval::<()>("throw new Error('kept')")));
        assert_eq!(isolate.stats().roots, 1);
        let copy = error.clone();
        let bare = error.without_value();
        assert_eq!((&copy, bare.value().is_none()), (&bare, true));
        drop(copy);
        until(|| isolate.stats().roots == 0);
        // Those of a turn don't pile up in it.
        let roots = ctx.try_run((), |lock, ()| {
            for _ in 0..1000 {
                assert!(lock.eval("throw 1").is_err());
            }
            Ok::<_, RunError>(())
        });
        block_on(roots).unwrap();
        assert_eq!((isolate.stats().roots, isolate.stats().deferred_drops), (0, 0));
    });
}

#[test]
fn an_async_function_clones_its_captures_for_each_call() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let value = Counted::default();
        let (drops, clones) = value.counters();
        let (open, door) = oneshot::channel::<()>();
        let door = Arc::new(Mutex::new(Some(door)));
        let turn = ctx.try_run((value, Carry(door)), |lock, captures| {
            let add =
                lock.async_function("add", captures, |ev, (value, door), (a, b): (f64, Option<f64>)| async move {
                    let door = door.0.lock().unwrap().take();
                    if let Some(door) = door {
                        door.await.unwrap();
                    }
                    let Some(b) = b else { return Err(RunError::Refused("no b")) };
                    ev.run((a, b), |lock, (a, b)| lock.set_global("sum", a + b)).await??;
                    drop(value);
                    Ok(a + b)
                })?;
            lock.set_global("add", add)
        });
        block_on(turn).unwrap();
        let waiting = pending(ctx.eval::<f64>("add(1, 2)"));
        assert_eq!(number(&ctx, "add(3, 4)"), 7.0);
        open.send(()).unwrap();
        assert_eq!(block_on(waiting).unwrap(), 3.0);
        assert_eq!(number(&ctx, "sum"), 3.0);
        assert_eq!(threw(block_on(ctx.eval::<f64>("add(1)"))).message, "V8 refused: no b");
        until(|| count(&drops) == 3);
        assert_eq!(count(&clones), 3);
        ctx.close();
        until(|| isolate.stats().contexts == 0 && count(&drops) == 4);
    });
}

#[test]
fn functions_may_be_made_inside_of_functions() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let log = Log::default();
        // Inside a spawned body a turn, in it a function, in it an asynchronous one, in that a turn with a continuation.
        let spawned = ctx.spawn((log.clone(),), |ev, (log,)| async move {
            ev.try_run((log,), |lock, (log,)| {
                let outer = lock.function_with("outer", (log,), |lock, (log,), args| {
                    let Ok(name) = args.get::<String>(lock, 0, "name") else {
                        return Ok(lock.null());
                    };
                    let inner = lock.async_function(
                        "inner",
                        (name, log.clone()),
                        |ev, (name, log), (n,): (f64,)| async move {
                            ev.try_run((log, name, n), |lock, (log, name, n)| {
                                log.push(format!("inner {name} {n}"));
                                let promise = lock.eval("Promise.resolve(20)")?;
                                let promise = promise.try_into().map_err(|_| RunError::Refused("no promise"))?;
                                let next =
                                    lock.then(promise, (log, n), |_lock, (log, n), got: Result<f64, RunError>| {
                                        let got = got?;
                                        log.push(format!("then {got}"));
                                        Ok::<_, RunError>(got + n)
                                    })?;
                                Ok::<_, RunError>(lock.follow::<f64>(next.into()))
                            })
                            .await?
                            .await
                        },
                    )?;
                    Ok(inner.into())
                })?;
                lock.set_global("outer", outer)
            })
            .await
        });
        block_on(spawned).unwrap().unwrap();
        assert_eq!(number(&ctx, "outer('a')(1)"), 21.0);
        assert_eq!(text(&ctx, "`${outer()}`"), "null");
        assert_eq!(log.lines(), ["inner a 1", "then 20"]);
    });
}

#[test]
fn a_function_that_js_let_go_of_is_released() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let value = Counted::default();
        let (drops, _) = value.counters();
        let turn = ctx.try_run((value,), |lock, captures| {
            let gone = lock.function("gone", captures, |_lock, _captures, (): ()| 1.0)?;
            let kept = lock.function("kept", (), |_lock, (), (): ()| 2.0)?;
            lock.set_global("gone", gone)?;
            lock.set_global("kept", kept)
        });
        block_on(turn).unwrap();
        assert_eq!(number(&ctx, "gone()"), 1.0);
        assert_eq!((isolate.stats().functions, count(&drops)), (2, 0));
        block_on(ctx.eval::<()>("gone = undefined; 0")).unwrap();
        collect_until(&ctx, || count(&drops) == 1);
        assert_eq!(isolate.stats().functions, 1);
        assert_eq!(number(&ctx, "kept()"), 2.0);
        // Many don't pile up.
        let many = "for (let i = 0; i < 100; i++) make()";
        let turn = ctx.try_run((), |lock, ()| {
            let make = lock.function_with("make", (), |lock, (), _args| {
                Ok(lock.function("made", (), |_lock, (), (): ()| ())?.into())
            })?;
            lock.set_global("make", make)
        });
        block_on(turn).unwrap();
        block_on(ctx.eval::<()>(&format!("{many}; 0"))).unwrap();
        collect_until(&ctx, || isolate.stats().functions == 2);
    });
}

#[test]
fn a_closure_can_send_and_return_early() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, receiver) = mpsc::channel();
        let turn = ctx.try_run((sender,), |lock, captures| {
            let log = lock.function("log", captures, |lock, (sender,), (line, level): (String, Option<f64>)| {
                if line.is_empty() {
                    return Ok::<_, RunError>(false);
                }
                let level = level.unwrap_or_default();
                let prefix: String = lock.eval("prefix")?.to_rust_string_lossy(lock);
                sender.send(format!("{prefix}{line}{level}")).map_err(|_| RunError::Refused("nobody listens"))?;
                Ok(true)
            })?;
            lock.set_global("log", log)
        });
        block_on(turn).unwrap();
        assert_eq!(threw(block_on(ctx.eval::<bool>("log('a')"))).class, "ReferenceError");
        assert!(!block_on(ctx.eval::<bool>("log('')")).unwrap());
        assert!(block_on(ctx.eval::<bool>("var prefix = '> '; log('a', 1)")).unwrap());
        assert_eq!(receiver.recv().unwrap(), "> a1");
        drop(receiver);
        assert_eq!(threw(block_on(ctx.eval::<bool>("log('b')"))).message, "V8 refused: nobody listens");
    });
}
