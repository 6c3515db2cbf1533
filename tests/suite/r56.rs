//! R5 name-what-is-affine and R6 never-mix.

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::{block_on, context};

#[test]
fn r5_a_root_opened_in_another_isolate_names_both_sides() {
    on_both_homes(|world| {
        let ((home, ctx), (foreign, other)) = (world.context(), world.context());
        let made = line!() + 1;
        let root = block_on(ctx.run((), |lock, ()| lock.root(lock.undefined()))).unwrap();
        assert_at(root.made(), file!(), made);
        assert_eq!(root.isolate_id(), home.id());
        let entered = line!() + 1;
        let opened = other.run((root.clone(),), |lock, (root,)| root.try_get(lock).map(drop));
        let error = block_on(opened).unwrap().unwrap_err();
        let text = error.to_string();
        let RunError::WrongIsolate { home: wanted, made: made_at, here, entered: entered_at, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!((wanted, here), (home.id(), foreign.id()));
        assert_at(made_at, file!(), made);
        assert_at(entered_at, file!(), entered);
        assert!(text.starts_with("R6 never-mix: "), "{text}");
        for part in [home.id().to_string(), foreign.id().to_string(), made_at.to_string(), entered_at.to_string()] {
            assert!(text.contains(&part), "{text} lacks {part}");
        }
        // At home it is what it was.
        assert!(block_on(ctx.run((root,), |lock, (root,)| root.try_get(lock).unwrap().is_undefined())).unwrap());
    });
}

#[test]
fn r5_a_root_of_a_dead_isolate_is_gone() {
    on_both_homes(|world| {
        let ((home, ctx), (_foreign, other)) = (world.context(), world.context());
        let root = block_on(ctx.run((), |lock, ()| lock.root(lock.null()))).unwrap();
        block_on(home.shutdown());
        let opened = block_on(other.run((root,), |lock, (root,)| root.try_get(lock).map(drop))).unwrap();
        assert_eq!(gone(opened).part, isolock::Part::Isolate(home.id()));
    });
}

#[test]
fn r5_every_refusal_of_a_root_says_where_it_was_made_and_asked_for() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let stranger = context(&isolate);
        let made = line!() + 1;
        let root = block_on(ctx.run((), |lock, ()| lock.root(lock.undefined()))).unwrap();
        let entered = line!() + 1;
        let refused = stranger.run((root.clone(),), |lock, (root,)| root.try_get(lock).map(drop));
        let error = block_on(refused).unwrap().unwrap_err();
        let words = error.to_string();
        let RunError::WrongContext { access: Some(access), .. } = error else { panic!("{words}") };
        assert_eq!(access.what, "JsRoot");
        assert_at(access.made, file!(), made);
        assert_at(access.entered, file!(), entered);
        assert!(words.starts_with("R6 never-mix: the `JsRoot` made at "), "{words}");
        // `get` has the same words.
        let opened = stranger.run((root.clone(),), |lock, (root,)| root.get(lock).is_undefined());
        let message = panicked(block_on(opened));
        assert!(message.starts_with("R6 never-mix: the `JsRoot` made at "), "{message}");
        assert!(block_on(ctx.run((root,), |lock, (root,)| root.get(lock).is_undefined())).unwrap());
    });
}

#[test]
fn r9_a_weak_root_keeps_nothing() {
    on_both_homes(|world| {
        let ((isolate, ctx), (_, other)) = (world.context(), world.context());
        let root = block_on(ctx.try_run((), |lock, ()| lock.eval("({ n: 5 })").map(|value| lock.root(value)))).unwrap();
        let weak = root.downgrade();
        let open = |ctx: &IoContext| {
            let weak = weak.clone();
            block_on(ctx.run((weak,), |lock, (weak,)| weak.try_get(lock).map(|value| value.is_object()))).unwrap()
        };
        assert!(open(&ctx).unwrap() && weak.is_alive());
        assert!(matches!(open(&other), Err(RunError::WrongIsolate { .. })));
        let second = root.clone();
        drop(root);
        assert!(open(&ctx).unwrap());
        drop(second);
        assert!(!weak.is_alive());
        let gone = gone(open(&ctx));
        assert_eq!((gone.part, gone.why()), (isolock::Part::OwnValue("JsRoot"), isolock::Why::Dropped));
        assert_eq!(isolate.stats().roots, 0, "V8 has it back while the weak twin lives");
    });
}

#[test]
fn r6_a_foreign_root_reaches_js_nowhere() {
    on_both_homes(|world| {
        let ((_home, ctx), (_foreign, other)) = (world.context(), world.context());
        let root = block_on(ctx.load_module("m.js", "export const n = 1")).unwrap();
        for outcome in [
            block_on(other.set_global("stolen", root.clone())),
            block_on(other.call::<(), _>(&root, "f", ())),
            block_on(other.run((root.clone(),), |lock, (root,)| root.into_js(lock).map(drop))).unwrap(),
        ] {
            assert!(matches!(outcome, Err(RunError::WrongIsolate { .. })), "{outcome:?}");
        }
        let own = block_on(other.load_module("m.js", "export const f = x => x")).unwrap();
        let outcome = block_on(other.call::<(), _>(&own, "f", (root,)));
        assert!(matches!(outcome, Err(RunError::WrongIsolate { .. })), "{outcome:?}");
        assert_eq!(text(&other, "typeof stolen"), "undefined");
    });
}

#[test]
fn r6_in_context_is_for_contexts_of_the_group() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let strangers = [context(&isolate), context(&world.isolate())];
        for stranger in &strangers {
            let error = block_on(ctx.run((stranger.downgrade(),), |lock, (stranger,)| {
                lock.in_context(&stranger, (), |lock, ()| lock.eval("1").map(drop)).unwrap_err()
            }))
            .unwrap();
            let text = error.to_string();
            assert!(
                matches!(error, RunError::WrongContext { wanted, here, .. } if wanted == stranger.id() && here == ctx.id()),
                "{text}"
            );
            assert!(text.starts_with("R6 never-mix: "), "{text}");
        }
        let group = world.isolate().group();
        let error = block_on(isolate.context(ContextOptions::new().group(&group)).build()).unwrap_err();
        assert!(matches!(error, RunError::WrongContext { .. }), "{error:?}");
        assert_eq!(isolate.stats().contexts, 2);
    });
}

#[test]
fn r6_a_root_of_another_group_is_refused() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let stranger = context(&isolate);
        let root = block_on(ctx.load_module("m.js", "export const secret = 1")).unwrap();
        let opened = block_on(stranger.run((root.clone(),), |lock, (root,)| root.try_get(lock).map(drop))).unwrap();
        assert!(
            matches!(opened, Err(RunError::WrongContext { wanted, here, .. }) if wanted == ctx.id() && here == stranger.id()),
            "{opened:?}"
        );
        let passed = block_on(stranger.set_global("stolen", root));
        assert!(matches!(passed, Err(RunError::WrongContext { .. })), "{passed:?}");
    });
}

/// Two contexts of one group.
fn siblings(isolate: &Isolate) -> (IoContext, IoContext) {
    let group = isolate.group();
    let make = || block_on(isolate.context(ContextOptions::new().group(&group)).build()).unwrap();
    (make(), make())
}

/// Makes what `source` gives in `from` the global variable `name` of `to`.
fn give(from: &IoContext, source: &str, to: &IoContext, name: &str) {
    let captures = (from.downgrade(), source.to_owned(), name.to_owned());
    block_on(to.try_run(captures, |lock, (from, source, name)| {
        let value = lock.in_context(&from, (source,), |lock, (source,)| lock.eval(&source).map(|v| lock.root(v)))??;
        let value = value.try_get(lock)?;
        lock.set_global(&name, value)
    }))
    .unwrap();
}

#[test]
fn r6_contexts_of_a_group_exchange_objects() {
    on_both_homes(|world| {
        let (one, two) = siblings(&world.isolate());
        block_on(one.eval::<()>("globalThis.shared = { n: 1 }")).unwrap();
        give(&one, "shared", &two, "shared");
        assert_eq!(text(&two, "shared.n += 1; String(shared instanceof Object)"), "false", "of another realm");
        assert_eq!(number(&one, "shared.n"), 2.0);
        // Even the global object: they share a security token.
        give(&one, "globalThis", &two, "neighbour");
        assert_eq!(number(&two, "neighbour.shared.n"), 2.0);
    });
}

#[test]
fn r6_contexts_of_a_group_await_each_others_promises() {
    on_both_homes(|world| {
        let (one, two) = siblings(&world.isolate());
        block_on(one.eval::<()>("globalThis.promise = new Promise(r => { globalThis.resolve = r }); 0")).unwrap();
        give(&one, "promise", &two, "promise");
        let waiting = pending(two.eval::<f64>("(async () => (await promise) + 1)()"));
        block_on(one.eval::<()>("resolve(41)")).unwrap();
        assert_eq!(block_on(waiting).unwrap(), 42.0);
    });
}

#[test]
fn r6_contexts_of_different_groups_do_not_see_each_other() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let stranger = context(&isolate);
        block_on(ctx.eval::<()>("globalThis.secret = 1; Array.prototype.patched = true")).unwrap();
        assert_eq!(text(&stranger, "typeof secret + typeof [].patched"), "undefinedundefined");
        // Not even with its global object at hand, which only a raw handle can bring.
        let global = block_on(ctx.run((), |lock, ()| {
            let global: v8::Local<'_, v8::Value> = lock.get_current_context().global(lock).into();
            Carry(v8::Global::new(lock, global))
        }))
        .unwrap();
        block_on(stranger.try_run((global,), |lock, (global,)| {
            let global = v8::Local::new(lock, &global.0);
            lock.set_global("neighbour", global)
        }))
        .unwrap();
        assert_eq!(threw(block_on(stranger.eval::<f64>("neighbour.secret"))).class, "TypeError");
        assert_eq!(threw(block_on(stranger.eval::<f64>("neighbour.secret = 2"))).class, "TypeError");
        assert_eq!(number(&ctx, "secret"), 1.0);
    });
}

#[test]
fn r6_in_context_nests_and_comes_back() {
    on_both_homes(|world| {
        let (one, two) = siblings(&world.isolate());
        block_on(one.set_global("name", "one")).unwrap();
        block_on(two.set_global("name", "two")).unwrap();
        let names = block_on(one.try_run((one.downgrade(), two.downgrade()), |lock, (one, two)| {
            let name = |lock: &mut Lock<'_>| Ok::<_, RunError>(lock.eval("name")?.to_rust_string_lossy(lock));
            let before = name(lock)?;
            let (inner, innermost, ids) = lock.in_context(&two, (one,), |lock, (one,)| {
                let inner = name(lock)?;
                let innermost = lock.in_context(&one, (), |lock, ()| name(lock))??;
                Ok::<_, RunError>((inner, innermost, lock.context().id()))
            })??;
            assert_eq!(ids, two.id());
            // A panic inside leaves the scopes in order, too.
            let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                lock.in_context(&two, (), |_lock, ()| boom("as planned"))
            }));
            assert!(caught.is_err());
            Ok::<_, RunError>([before, inner, innermost, name(lock)?].to_vec())
        }))
        .unwrap();
        assert_eq!(names, ["one", "two", "one", "one"]);
    });
}

#[test]
fn r6_in_context_of_an_ended_sibling_is_gone() {
    on_both_homes(|world| {
        let (one, two) = siblings(&world.isolate());
        let weak = two.downgrade();
        // Ended in this very turn, and ended for good.
        for _ in 0..2 {
            let outcome = block_on(one.run((weak.clone(),), |lock, (two,)| {
                two.close();
                lock.in_context(&two, (), |_lock, ()| ())
            }));
            gone(outcome.unwrap());
        }
        drop(two);
    });
}
