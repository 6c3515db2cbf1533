//! Loaders: what they are asked, when they run, who shares a load.

use super::*;
use futures::channel::oneshot;
use isolock::{ModuleKind, ModuleRequest};
use std::sync::Mutex;

type Door = Arc<Mutex<Option<oneshot::Receiver<()>>>>;

/// A loader's answer that comes when the sender is used or dropped. Only the first request waits.
fn door() -> (oneshot::Sender<()>, Door) {
    let (open, door) = oneshot::channel();
    (open, Arc::new(Mutex::new(Some(door))))
}

async fn through(door: &Door) {
    let waits = door.lock().unwrap().take();
    if let Some(waits) = waits {
        waits.await.ok();
    }
}

/// What a door is part of may go into turns.
type Shut = Carry<Door>;

/// A context whose loader writes down each request, and waits at the door.
fn guarded(isolate: &Isolate, files: &Files, door: &Door) -> IoContext {
    let captures = (files.clone(), Carry(door.clone()));
    let setup = isolate.context(ContextOptions::new()).setup(captures, |lock, captures: (Files, Shut)| {
        lock.module_loader(captures, |_ev, (files, door), request| async move {
            let text = files.get(&request.name)?.to_owned();
            through(&door.0).await;
            Ok(ModuleSource::of_kind(request.kind, text))
        });
        Ok::<(), RunError>(())
    });
    block_on(setup).unwrap()
}

#[test]
fn a_loader_is_told_who_asks_for_what() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (sender, requests) = std::sync::mpsc::channel();
        let setup = isolate.context(ContextOptions::new()).setup((sender,), |lock, (sender,)| {
            lock.module_loader((sender,), |_ev, (sender,), request: ModuleRequest| async move {
                let text = match request.name.as_str() {
                    "lib/main.js" => "\n  import './a.js';\nimport data from '../data.json' with { type: 'json' }",
                    "data.json" => "{}",
                    _ => "",
                };
                let source = ModuleSource::of_kind(request.kind, text);
                sender.send(request)?;
                Ok(source)
            });
            Ok::<(), RunError>(())
        });
        let ctx = block_on(setup).unwrap();
        import(&ctx, "./lib/main.js");
        block_on(ctx.eval::<()>("\n import('./dyn.js').then(() => 0)")).unwrap();
        let mut told: Vec<_> = requests
            .try_iter()
            .map(|request| {
                let ModuleRequest { name, specifier, kind, referrer, position, dynamic, .. } = request;
                let position = position.map(|position| position.to_string());
                (name, specifier, kind, referrer, position, dynamic)
            })
            .collect();
        told.sort_by(|a, b| a.0.cmp(&b.0));
        let some = |text: &str| Some(text.to_owned());
        let js = ModuleKind::JavaScript;
        assert_eq!(
            told,
            [
                (
                    "data.json".into(),
                    "../data.json".into(),
                    ModuleKind::Json,
                    some("lib/main.js"),
                    some("lib/main.js:3:18"),
                    false
                ),
                ("dyn.js".into(), "./dyn.js".into(), js, some("<eval>"), some("<eval>:2:2"), true),
                ("lib/a.js".into(), "./a.js".into(), js, some("lib/main.js"), some("lib/main.js:2:10"), false),
                ("lib/main.js".into(), "./lib/main.js".into(), js, None, None, false),
            ]
        );
    });
}

#[test]
fn r2_each_request_gets_a_clone_of_the_captures() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let captures = Counted::default();
        let (drops, clones) = captures.counters();
        let setup = isolate.context(ContextOptions::new()).setup((captures,), |lock, (captures,)| {
            lock.module_loader((captures,), |_ev, (captures,), request| async move {
                drop(captures);
                Ok(ModuleSource::javascript(if request.name == "a.js" { "import './b.js'" } else { "" }))
            });
            Ok::<(), RunError>(())
        });
        let ctx = block_on(setup).unwrap();
        assert_eq!((count(&clones), count(&drops)), (0, 0));
        import(&ctx, "a.js");
        assert_eq!((count(&clones), count(&drops)), (2, 2));
        // Known modules aren't asked for.
        import(&ctx, "a.js");
        import(&ctx, "b.js");
        assert_eq!((count(&clones), count(&drops)), (2, 2));
        // Another loader: the first one's captures go.
        block_on(ctx.run((), |lock, ()| {
            lock.module_loader(
                (),
                |_ev, (), _request| async move { Ok(ModuleSource::javascript("export const n = 2")) },
            );
        }))
        .unwrap();
        assert_eq!((count(&clones), count(&drops)), (2, 3));
        assert_eq!(export(&ctx, &import(&ctx, "c.js"), "n"), "2");
    });
}

#[test]
fn r4_the_lock_is_not_held_while_a_module_loads() {
    on_both_homes(|world| {
        let (isolate, files) = (world.isolate(), Files::new([("a.js", "export const n = 1")]));
        let (open, door) = door();
        let ctx = guarded(&isolate, &files, &door);
        let mut waiting = under_way(&ctx, ctx.import("a.js"));
        assert_eq!(number(&ctx, "40 + 2"), 42.0);
        assert_eq!(block_on(ctx.run((), |_lock, ()| 1)).unwrap(), 1);
        assert!(poll_once(&mut waiting).is_pending());
        assert_eq!(ctx.pending(), 1, "the load counts");
        open.send(()).unwrap();
        let module = block_on(waiting).unwrap();
        assert_eq!(export(&ctx, &module, "n"), "1");
        assert_eq!(ctx.pending(), 0);
    });
}

#[test]
fn a_loader_may_take_turns() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let setup = isolate.context(ContextOptions::new()).setup((), |lock, ()| {
            lock.eval("globalThis.compile = text => text.replaceAll('let it be', 'export const it =')")?;
            lock.module_loader((), |ev, (), request| async move {
                let source = format!("compile('let it be ' + {:?})", request.name);
                let text: Result<String, RunError> =
                    ev.try_run((source,), |lock, (source,)| Ok(lock.eval(&source)?.to_rust_string_lossy(lock))).await;
                Ok(ModuleSource::javascript(text?.replace("it = ", "it = '") + "'"))
            });
            Ok::<(), RunError>(())
        });
        let ctx = block_on(setup).unwrap();
        assert_eq!(export(&ctx, &import(&ctx, "so"), "it"), "so");
    });
}

#[test]
fn imports_at_the_same_time_share_a_load() {
    on_both_homes(|world| {
        let files =
            Files::new([("a.js", "import './b.js'"), ("b.js", "export const n = 1"), ("c.js", "import './b.js'")]);
        let (open, door) = door();
        let isolate = world.isolate();
        let ctx = guarded(&isolate, &files, &door);
        let first = under_way(&ctx, ctx.import("b.js"));
        let second = under_way(&ctx, ctx.import("b.js"));
        // It doesn't matter who polls, nor whether the one who began is still polled.
        open.send(()).unwrap();
        block_on(second).unwrap();
        assert_eq!(files.asked.lines(), ["b.js"]);
        block_on(first).unwrap();
        let (a, c) = block_on(futures::future::join(ctx.import("a.js"), ctx.import("c.js")));
        a.and(c).unwrap();
        let mut asked = files.asked.lines();
        asked.sort();
        assert_eq!(asked, ["a.js", "b.js", "c.js"]);
    });
}

#[test]
fn a_load_whose_importer_left_is_begun_again() {
    on_both_homes(|world| {
        let files = Files::new([("a.js", "export const n = 1")]);
        let (open, door) = door();
        let isolate = world.isolate();
        let ctx = guarded(&isolate, &files, &door);
        let first = under_way(&ctx, ctx.import("a.js"));
        let second = under_way(&ctx, ctx.import("a.js"));
        drop(first);
        block_on(second).unwrap();
        assert!(open.is_canceled(), "the first load was dropped");
        assert_eq!(files.asked.lines(), ["a.js", "a.js"]);
    });
}

#[test]
fn a_load_ends_with_its_last_importer() {
    on_both_homes(|world| {
        let files = Files::new([("a.js", "export const n = 1")]);
        let (open, door) = door();
        let isolate = world.isolate();
        let ctx = guarded(&isolate, &files, &door);
        let waiting = under_way(&ctx, ctx.import("a.js"));
        assert!(!open.is_canceled());
        drop(waiting);
        assert!(open.is_canceled());
        assert_eq!(ctx.pending(), 0);
        // The door is open now.
        import(&ctx, "a.js");
        assert_eq!(files.asked.lines(), ["a.js", "a.js"]);
    });
}

#[test]
fn r8_a_critical_section_does_not_wait_for_a_load_outside() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (open, door) = door();
        let setup = isolate.context(ContextOptions::new()).setup((Carry(door),), |lock, captures: (Shut,)| {
            lock.module_loader(captures, |ev, (door,), _request| async move {
                through(&door.0).await;
                // Outside of the section this waits for its end.
                ev.run((), |_lock, ()| ()).await?;
                Ok(ModuleSource::javascript("globalThis.times = (globalThis.times ?? 0) + 1; export const n = 1"))
            });
            Ok::<(), RunError>(())
        });
        let ctx = block_on(setup).unwrap();
        let mut outside = under_way(&ctx, ctx.import("a.js"));
        let event = ctx.event();
        let section = event.critical_section((Carry(open),), |ev, (open,)| async move {
            open.0.send(()).ok();
            ev.import("a.js").await
        });
        let inside = futures::future::join(async { section.await.unwrap() }, &mut outside);
        let (inside, outside) = block_on(inside);
        assert_eq!(
            (export(&ctx, &inside.unwrap(), "n"), export(&ctx, &outside.unwrap(), "n")),
            ("1".into(), "1".into())
        );
        assert_eq!(number(&ctx, "times"), 1.0, "evaluated once");
    });
}

#[test]
fn json_and_text_are_modules() {
    on_both_homes(|world| {
        let (_isolate, ctx, files) = world_of(
            world,
            [
                (
                    "main.js",
                    "import data from './data.json' with { type: 'json' };
                         import page from './page.html' with { 'type': 'text' };
                         import raw from './data.json' with { type: 'text' };
                         export const all = [data.list[1], page, raw.length].join()",
                ),
                ("data.json", "\u{feff}{ \"list\": [1, 2] }"),
                ("page.html", "<p>"),
            ],
        );
        let main = import(&ctx, "main.js");
        assert_eq!(export(&ctx, &main, "all"), "2,<p>,18");
        // As on the web, the type is part of what a module is known by.
        let mut asked = files.asked.lines();
        asked.sort();
        assert_eq!(asked, ["data.json", "data.json", "main.js", "page.html"]);
        let same = "Promise.all([1, 2].map(() => import('./data.json', { with: { type: 'json' } })))
            .then(([a, b]) => a === b && a.default === b.default && a.default.list[0])";
        assert_eq!(number(&ctx, same), 1.0);
    });
}
