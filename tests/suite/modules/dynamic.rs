//! `import()`.

use super::*;
use futures::channel::oneshot;
use isolock::protocol::termination::Request;

#[test]
fn scripts_modules_and_functions_import() {
    on_both_homes(|world| {
        let (_isolate, ctx, files) = world_of(
            world,
            [
                ("lib/main.js", "export const load = name => import(name); export const own = await import('./a.js')"),
                ("lib/a.js", "import './b.js'; seen.push('a'); export const n = 1"),
                ("lib/b.js", "seen.push('b')"),
                ("a.js", "export const n = 2"),
            ],
        );
        assert_eq!(number(&ctx, "import('./a.js').then(a => a.n)"), 2.0);
        let main = import(&ctx, "lib/main.js");
        assert_eq!(seen(&ctx), "b a");
        // A function's imports are relative to where it was written.
        let script = "import('lib/main.js').then(async main =>
            [(await main.load('./a.js')).n, (await main.load('../a.js')).n, await main.load('./a.js') === main.own].join())";
        assert_eq!(text(&ctx, script), "1,2,true");
        assert_eq!(text(&ctx, "eval(\"import('./a.js')\").then(a => String(a.n))"), "2");
        assert_eq!(number(&ctx, "new Function(\"return import('./a.js')\")().then(a => a.n)"), 2.0);
        assert_eq!(files.asked.lines().len(), 4);
        drop(main);
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn a_rejected_import_that_nobody_handles_is_reported_once() {
    on_both_homes(|world| {
        let (_isolate, ctx, _) = world_of(world, [("bad.js", "throw new Error('bad')")]);
        block_on(ctx.eval::<()>("import('./bad.js'); 0")).unwrap();
        block_on(ctx.idle());
        assert_eq!(world.rejections(), [(ctx.id(), "bad".to_owned())]);
    });
}

/// A context whose loader never answers, and what tells that it was dropped.
fn silent(isolate: &Isolate) -> (IoContext, Counted) {
    let kept = Counted::default();
    let setup = isolate.context(ContextOptions::new()).setup((kept.clone(),), |lock, (kept,)| {
        lock.module_loader((kept,), |_ev, (kept,), _request| async move {
            futures::future::pending::<()>().await;
            drop(kept);
            Err(LoadError::new("never"))
        });
        Ok::<(), RunError>(())
    });
    (block_on(setup).unwrap(), kept)
}

#[test]
fn an_import_ends_with_its_event() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (ctx, kept) = silent(&isolate);
        let (drops, clones) = kept.counters();
        let waiting = pending(ctx.eval::<()>("import('x').catch(e => { globalThis.told = e.message })"));
        until(|| count(&clones) == 2);
        assert_eq!(count(&drops), 0);
        drop(waiting);
        until(|| count(&drops) == 1);
        block_on(ctx.idle());
        let told = text(&ctx, "told");
        assert!(told.starts_with("the event that began at ") && told.ends_with(" was cancelled"), "{told}");
    });
}

#[test]
fn contexts_of_a_group_have_maps_of_their_own() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let group = isolate.group();
        let make = |n: u32| {
            let files = Files::new([
                ("a.js".to_owned(), format!("export const n = {n}; export const load = () => import('./b.js')")),
                ("b.js".to_owned(), format!("export const b = {n}0")),
            ]);
            let setup =
                isolate.context(ContextOptions::new().group(&group)).setup((files.clone(),), |lock, (files,)| {
                    serve(lock, files);
                    Ok::<(), RunError>(())
                });
            (block_on(setup).unwrap(), files)
        };
        let ((first, files_1), (second, files_2)) = (make(1), make(2));
        let (a1, a2) = (import(&first, "a.js"), import(&second, "a.js"));
        assert_eq!((export(&first, &a1, "n"), export(&second, &a2, "n")), ("1".into(), "2".into()));
        // A function imports for the context that it belongs to, whoever calls it.
        let b: f64 = block_on(async {
            let load = first.try_run((a2.clone(),), |lock, (a2,)| {
                let a2 = a2.try_get(lock)?;
                lock.set_global("theirs", a2)
            });
            load.await?;
            first.eval("theirs.load().then(b => b.b)").await
        })
        .unwrap();
        assert_eq!(b, 20.0);
        assert_eq!(
            (files_1.asked.lines(), files_2.asked.lines()),
            (vec!["a.js".into()], vec!["a.js".into(), "b.js".to_string()])
        );
    });
}

#[test]
fn r3_code_of_a_context_that_ended_imports_nothing() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let group = isolate.group();
        let make = || {
            let setup = isolate.context(ContextOptions::new().group(&group)).setup((), |lock, ()| {
                serve(lock, Files::new([("a.js", "export const load = () => import('./a.js')")]));
                Ok::<(), RunError>(())
            });
            block_on(setup).unwrap()
        };
        let (first, second) = (make(), make());
        let theirs = import(&second, "a.js");
        block_on(first.try_run((theirs,), |lock, (theirs,)| {
            let theirs = theirs.try_get(lock)?;
            lock.set_global("theirs", theirs)
        }))
        .unwrap();
        // While its V8 part is still there, and after that.
        let told = block_on(first.try_run((second.downgrade(),), |lock, (second,)| {
            second.close();
            let told = lock.eval("theirs.load().catch(e => { globalThis.told = e.message })")?;
            Ok::<_, RunError>(lock.follow::<()>(told))
        }));
        block_on(told.unwrap()).unwrap();
        let told = text(&first, "told");
        assert!(told.starts_with("R3 weak-across-threads: context ") && told.contains("closed"), "{told}");
        let told = text(&first, "theirs.load().catch(e => e.name + ': ' + e.message)");
        assert_eq!(
            told,
            "TypeError: R3 weak-across-threads: this code belongs to no context, or to one that has ended"
        );
        // One that doesn't take no for an answer is ended.
        let request =
            terminated(block_on(first.eval::<()>("(async () => { for (;;) await theirs.load().catch(() => 0) })()")));
        assert!(matches!(request, Request::ContextEnded(_)), "{request:?}");
        assert_eq!(number(&first, "1 + 1"), 2.0);
    });
}

#[test]
fn an_import_during_the_setup() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (open, door) = oneshot::channel::<()>();
        let door = Carry(Arc::new(std::sync::Mutex::new(Some(door))));
        let setup = isolate.context(ContextOptions::new()).setup((door,), |lock, (door,)| {
            lock.module_loader((door,), |_ev, (door,), _request| async move {
                let door = door.0.lock().unwrap().take();
                door.ok_or_else(|| LoadError::new("asked twice"))?.await?;
                Ok(ModuleSource::javascript("export const n = 3"))
            });
            lock.eval("globalThis.module = import('x')").map(|_| ())
        });
        let ctx = block_on(setup).unwrap();
        assert!(ctx.pending() > 0);
        open.send(()).unwrap();
        assert_eq!(number(&ctx, "module.then(m => m.n)"), 3.0);
    });
}
