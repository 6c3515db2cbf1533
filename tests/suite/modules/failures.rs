//! What goes wrong in an import, and who is told what.

use super::*;
use isolock::protocol::termination::Request;
use std::{error::Error, fmt, time::Duration};

#[derive(Debug)]
struct Unreachable(std::num::ParseIntError);

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store is unreachable")
    }
}

impl Error for Unreachable {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

/// A context with a loader that fails.
fn failing(isolate: &Isolate) -> IoContext {
    let setup = isolate.context(ContextOptions::new()).setup((), |lock, ()| {
        lock.module_loader((), |_ev, (), request| async move {
            match request.name.as_str() {
                "lib/main.js" => Ok(ModuleSource::javascript("import './other.js'")),
                "panics.js" => panic!("no such {}", request.specifier),
                _ => {
                    let port: u16 = "x".parse().map_err(Unreachable)?;
                    Ok(ModuleSource::javascript(port.to_string()))
                }
            }
        });
        Ok::<(), RunError>(())
    });
    block_on(setup).unwrap()
}

#[test]
fn a_loaders_error_names_module_and_importer() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let ctx = failing(&isolate);
        let error = threw(block_on(ctx.import("lib/main.js")));
        assert_eq!(error.class, "Error");
        assert_eq!(
            error.message,
            "can't load module `lib/other.js` (\"./other.js\"), imported at lib/main.js:1:8: the store is unreachable"
        );
        assert_eq!(error.cause.unwrap().message, "invalid digit found in string");
        assert_eq!(error.position.unwrap().to_string(), "lib/main.js:1:8");
        let error = threw(block_on(ctx.import("direct.js")));
        assert_eq!(error.message, "can't load module `direct.js`: the store is unreachable");
        // The same for JS.
        let script =
            "import('lib/main.js').catch(e => [e instanceof Error, e.name, e.message, e.cause.message].join('|'))";
        assert_eq!(
            text(&ctx, script),
            "true|Error|can't load module `lib/other.js` (\"./other.js\"), imported at lib/main.js:1:8: \
             the store is unreachable|invalid digit found in string"
        );
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn r10_a_loader_that_panics_is_an_error() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let ctx = failing(&isolate);
        let error = threw(block_on(ctx.import("panics.js")));
        assert_eq!(
            error.message,
            "can't load module `panics.js`: R10 no-unwind: the module loader panicked: no such panics.js"
        );
        // Before its first await, and in a clone of its captures.
        block_on(ctx.run((), |lock, ()| {
            lock.module_loader((), |_ev, (), request| {
                boom(&request.name);
                async move { Ok(ModuleSource::javascript("")) }
            });
        }))
        .unwrap();
        let error = threw(block_on(ctx.import("at once")));
        assert!(error.message.ends_with("the module loader panicked: at once"), "{error}");
        assert!(text(&ctx, "import('x').catch(e => e.message)").ends_with("the module loader panicked: x"));
        block_on(ctx.run((), |lock, ()| {
            lock.module_resolver((), |(), specifier, _referrer| {
                boom(specifier);
                Ok(String::new())
            });
        }))
        .unwrap();
        let error = threw(block_on(ctx.import("y")));
        assert_eq!(error.message, "can't resolve module `y`: R10 no-unwind: the module resolver panicked: y");
        let source = "export const e = (() => { try { import.meta.resolve('z') } catch (e) { return e.message } })()";
        let module = block_on(ctx.load_module("m.js", source)).unwrap();
        assert!(export(&ctx, &module, "e").ends_with("the module resolver panicked: z"));
        assert_eq!(number(&ctx, "1 + 1"), 2.0);
    });
}

#[test]
fn a_load_that_failed_is_tried_again() {
    on_both_homes(|world| {
        let (_isolate, ctx, files) = world_of(world, [("main.js", "import './later.js'; export const n = 1")]);
        for _ in 0..2 {
            let error = threw(block_on(ctx.import("main.js")));
            assert!(error.message.ends_with("imported at main.js:1:8: there is no such file"), "{error}");
        }
        assert_eq!(files.asked.lines(), ["main.js", "later.js", "later.js"]);
        let more = Files::new([("later.js", "")]);
        block_on(ctx.run((more.clone(),), |lock, (more,)| serve(lock, more))).unwrap();
        assert_eq!(export(&ctx, &import(&ctx, "main.js"), "n"), "1");
        assert_eq!(more.asked.lines(), ["later.js"]);
    });
}

#[test]
fn syntax_errors_say_where() {
    on_both_homes(|world| {
        let (_isolate, ctx, _) = world_of(
            world,
            [
                ("main.js", "import './lib/bad.js'"),
                ("lib/bad.js", "\n\n  export const = 1"),
                ("json.js", "import './bad.json' with { type: 'json' }"),
                ("bad.json", "{ nothing }"),
            ],
        );
        let error = threw(block_on(ctx.import("main.js")));
        assert_eq!(
            (error.class.as_str(), error.position.unwrap().to_string()),
            ("SyntaxError", "lib/bad.js:3:16".into())
        );
        let error = threw(block_on(ctx.import("json.js")));
        assert_eq!(error.class, "SyntaxError");
        assert!(error.message.starts_with("module `bad.json` is no JSON: Expected property name"), "{error}");
        assert_eq!(text(&ctx, "import('./main.js').catch(e => String(e instanceof SyntaxError))"), "true");
        assert_eq!(text(&ctx, "import('./json.js').catch(e => String(e instanceof SyntaxError))"), "true");
    });
}

#[test]
fn a_missing_export_names_the_module() {
    on_both_homes(|world| {
        let (_isolate, ctx, _) = world_of(
            world,
            [
                ("main.js", "seen.push('main'); import './middle.js'"),
                ("middle.js", "\nimport { nothing } from './lib.js'"),
                ("lib.js", "seen.push('lib'); export const something = 1"),
            ],
        );
        for _ in 0..2 {
            let error = threw(block_on(ctx.import("main.js")));
            assert_eq!(error.class, "SyntaxError");
            assert!(error.message.contains("'./lib.js' does not provide an export named 'nothing'"), "{error}");
            assert_eq!(error.position.unwrap().to_string(), "middle.js:2:10");
        }
        // Nothing was evaluated, and what is no part of it works.
        assert_eq!(seen(&ctx), "");
        assert_eq!(export(&ctx, &import(&ctx, "lib.js"), "something"), "1");
    });
}

#[test]
fn attributes_that_nobody_knows_are_refused() {
    on_both_homes(|world| {
        let (_isolate, ctx, files) = world_of(
            world,
            [
                ("key.js", "import './x.js' with { integrity: 'sha' }"),
                ("type.js", "import './x.css' with { type: 'css' }"),
                ("no-attribute.js", "import './x.json'"),
                ("wrong.js", "import './x.js' with { type: 'json' }"),
                ("x.json", "1"),
                ("x.js", "export {}"),
            ],
        );
        block_on(ctx.run((files,), |lock, (files,)| {
            lock.module_loader((files,), |_ev, (files,), request| async move {
                let text = files.get(&request.name)?;
                let json = request.name.ends_with(".json");
                Ok(if json { ModuleSource::json(text) } else { ModuleSource::javascript(text) })
            });
        }))
        .unwrap();
        let fails = |name: &str| {
            let error = threw(block_on(ctx.import(name)));
            (error.class, error.message)
        };
        assert_eq!(
            fails("key.js"),
            (
                "SyntaxError".into(),
                "can't import \"./x.js\" at key.js:1:8: there is no import attribute `integrity`, only `type`".into()
            )
        );
        assert_eq!(fails("type.js"), ("TypeError".into(),
            "can't import \"./x.css\" at type.js:1:8: there are no modules of type \"css\", only \"json\" and \"text\"".into()));
        assert_eq!(fails("no-attribute.js"), ("TypeError".into(),
            "module `x.json` (\"./x.json\"), imported at no-attribute.js:1:8, was imported as JavaScript, but its loader \
             gave JSON: import it `with { type: \"json\" }`".into()));
        assert_eq!(fails("wrong.js"), ("TypeError".into(),
            "module `x.js` (\"./x.js\"), imported at wrong.js:1:8, was imported as JSON, but its loader gave JavaScript: \
             import it without attributes".into()));
        let script = |attributes: &str| {
            format!("import('./x.js', {{ with: {{ {attributes} }} }}).catch(e => e.name + ': ' + e.message)")
        };
        assert_eq!(
            text(&ctx, &script("integrity: 'sha'")),
            "TypeError: can't import \"./x.js\": there is no import attribute `integrity`, only `type`"
        );
        assert_eq!(
            text(&ctx, &script("type: 'css'")),
            "TypeError: can't import \"./x.js\": there are no modules of type \"css\", only \"json\" and \"text\""
        );
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn phases_are_refused() {
    on_both_homes(|world| {
        let (_isolate, ctx, _) = world_of(world, [("x.js", "export {}")]);
        for source in ["import source x from './x.js'", "import defer * as x from './x.js'"] {
            assert_eq!(threw(block_on(ctx.load_module("m.js", source))).class, "SyntaxError", "{source}");
        }
    });
}

#[test]
fn without_a_loader_imports_are_refused() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let error = threw(block_on(ctx.load_module("main.js", "import { x } from './x.js'")));
        assert_eq!(error.class, "TypeError");
        assert_eq!(
            error.message,
            "can't load module `x.js` (\"./x.js\"), imported at main.js:1:19: this context has no module loader, \
             `lock.module_loader` sets one"
        );
        assert_eq!(threw(block_on(ctx.import("x.js"))).class, "TypeError");
    });
}

#[test]
fn an_evaluation_that_failed_fails_the_same_for_ever() {
    on_both_homes(|world| {
        let (_isolate, ctx, files) = world_of(
            world,
            [
                ("bad.js", "seen.push('bad'); throw new RangeError('no ' + seen.length)"),
                ("main.js", "import './bad.js'"),
                ("late.js", "await 0; seen.push('late'); throw new TypeError('late')"),
                ("after.js", "import './late.js'; seen.push('after')"),
                ("null.js", "throw null"),
            ],
        );
        for name in ["bad.js", "main.js", "bad.js"] {
            let error = threw(block_on(ctx.import(name)));
            assert_eq!((error.class.as_str(), error.message.as_str()), ("RangeError", "no 1"));
        }
        for name in ["after.js", "late.js", "after.js"] {
            assert_eq!(threw(block_on(ctx.import(name))).message, "late");
        }
        // JS gets the very value.
        let script = "(async () => {
            const of = name => import(name).catch(e => e);
            return [await of('bad.js') === await of('main.js'), await of('late.js') === await of('after.js'),
                await of('null.js') === null].join();
        })()";
        assert_eq!(text(&ctx, script), "true,true,true");
        assert_eq!(seen(&ctx), "bad late");
        assert_eq!(files.asked.lines().len(), 5);
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn a_terminated_evaluation_is_told_and_never_resumed() {
    on_both_homes(|world| {
        let files = Files::new([
            ("loop.js", "for (;;);"),
            ("main.js", "import './loop.js'"),
            ("cycle.js", "import './other.js'; for (;;);"),
            ("other.js", "import './cycle.js'"),
            ("good.js", "export const n = 1"),
        ]);
        let options = IsolateOptions::new().home(world.home).turn_limit(Duration::from_millis(100));
        let isolate = world.fixture.isolate(options);
        let ctx = context_of(&isolate, &files);
        assert!(matches!(terminated(block_on(ctx.import("main.js"))), Request::TimeLimit { .. }));
        // V8 can't be asked again.
        for name in ["main.js", "loop.js"] {
            let error = threw(block_on(ctx.import(name)));
            assert_eq!(error.to_string(), "TypeError: the evaluation of module `loop.js` was terminated");
        }
        terminated(block_on(ctx.import("cycle.js")));
        for name in ["cycle.js", "other.js"] {
            assert!(threw(block_on(ctx.import(name))).message.ends_with("was terminated"), "{name}");
        }
        assert_eq!(export(&ctx, &import(&ctx, "good.js"), "n"), "1");
    });
}

#[test]
fn an_evaluation_that_is_terminated_after_an_await_is_waited_for_by_nobody() {
    on_both_homes(|world| {
        let files = Files::new([
            ("loop.js", "await 0; for (;;);"),
            ("main.js", "import './loop.js'"),
            ("other.js", "import './quick.js'; import './loop.js'"),
            ("quick.js", "export const n = await 1"),
        ]);
        let options = IsolateOptions::new().home(world.home).turn_limit(Duration::from_millis(100));
        let isolate = world.fixture.isolate(options);
        let ctx = context_of(&isolate, &files);
        assert!(matches!(terminated(block_on(ctx.import("main.js"))), Request::TimeLimit { .. }));
        for (name, stalled) in [("main.js", "main.js"), ("loop.js", "loop.js"), ("other.js", "loop.js")] {
            let error = threw(block_on(ctx.import(name)));
            assert_eq!(error.message, format!("the evaluation of module `{stalled}` was terminated"));
        }
        assert_eq!(export(&ctx, &import(&ctx, "quick.js"), "n"), "1");
    });
}

#[test]
fn an_import_whose_evaluation_is_terminated_is_rejected() {
    on_both_homes(|world| {
        let files = Files::new([("loop.js", "for (;;);")]);
        let options = IsolateOptions::new().home(world.home).turn_limit(Duration::from_millis(100));
        let isolate = world.fixture.isolate(options);
        let ctx = context_of(&isolate, &files);
        let told = text(&ctx, "import('./loop.js').catch(e => e.message)");
        assert!(told.starts_with("the turn was terminated: "), "{told}");
        let told = text(&ctx, "import('./loop.js').catch(e => e.message)");
        assert_eq!(told, "the evaluation of module `loop.js` was terminated");
    });
}

#[test]
fn an_evaluation_that_fills_the_heap_is_terminated() {
    on_both_homes(|world| {
        let files = Files::new([
            ("hog.js", "const all = []; for (;;) all.push(new Array(1000).fill(0))"),
            ("ok.js", "export const n = 1"),
        ]);
        let isolate = world.fixture.isolate(IsolateOptions::new().home(world.home).heap_limit(32 << 20));
        let ctx = context_of(&isolate, &files);
        assert!(matches!(terminated(block_on(ctx.import("hog.js"))), Request::HeapLimit { .. }));
        assert_eq!(export(&ctx, &import(&ctx, "ok.js"), "n"), "1");
    });
}
