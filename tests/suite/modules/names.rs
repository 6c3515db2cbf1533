//! How modules are named.

use super::*;

/// A context in which `resolved` of specifier and referrer is what the default resolver makes of them.
fn resolved(ctx: &IoContext, specifier: &str, referrer: &str) -> String {
    let text = format!("export const name = import.meta.resolve({specifier:?})");
    match block_on(ctx.load_module(referrer, &text)) {
        Ok(module) => export(ctx, &module, "name"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn relative_names_are_joined_and_stay_below_the_root() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let table = [
            // The web's examples.
            ("./b.js", "a.js", "b.js"),
            ("./b.js", "lib/a.js", "lib/b.js"),
            ("../b.js", "lib/a.js", "b.js"),
            ("../../../b.js", "lib/a.js", "b.js"),
            ("/b.js", "lib/a.js", "/b.js"),
            ("/x/../../b.js", "/lib/a.js", "/b.js"),
            ("./x/./y/../b.js?v=1#top", "/lib/a.js?v=2/3", "/lib/x/b.js?v=1#top"),
            ("./b.js", "https://example.org/lib/a.js", "https://example.org/lib/b.js"),
            ("../../b.js", "https://example.org/lib/a.js", "https://example.org/b.js"),
            ("/b.js", "https://example.org/lib/a.js", "https://example.org/b.js"),
            ("./b.js", "https://example.org", "https://example.org/b.js"),
            ("./b.js", "file:///lib/a.js", "file:///lib/b.js"),
            ("https://example.org/x/../y.js?../z", "a.js", "https://example.org/y.js?../z"),
            ("..", "lib/deep/a.js", "lib/"),
            (".", "lib/deep/a.js", "lib/deep/"),
            // These are what they are.
            ("host:math", "https://example.org/lib/a.js", "host:math"),
            ("node:fs/promises", "a.js", "node:fs/promises"),
            ("lodash/fp", "lib/a.js", "lodash/fp"),
            ("@scope/name", "lib/a.js", "@scope/name"),
            ("é/ü.js", "lib/a.js", "é/ü.js"),
            // A bare name leads nowhere else.
            ("lodash/../../../etc/passwd", "lib/a.js", "etc/passwd"),
        ];
        for (specifier, referrer, name) in table {
            let ctx = block_on(isolate.context(ContextOptions::new()).build()).unwrap();
            assert_eq!(resolved(&ctx, specifier, referrer), name, "{specifier} in {referrer}");
        }
        let ctx = block_on(isolate.context(ContextOptions::new()).build()).unwrap();
        let refused = resolved(&ctx, "./b.js", "blob:1234");
        assert!(refused.contains("can't resolve module `./b.js`, imported by blob:1234"), "{refused}");
        assert!(refused.contains("`blob:1234` can't be the base of other names"), "{refused}");
        assert!(resolved(&ctx, "", "a.js").contains("it names nothing"));
    });
}

#[test]
fn import_meta_has_the_name() {
    on_both_homes(|world| {
        let (_isolate, ctx, _) = world_of(
            world,
            [
                ("https://example.org/a.js", "export { url } from './lib/b.js'; export const own = import.meta.url"),
                (
                    "https://example.org/lib/b.js",
                    "export const url = import.meta.url;
                export const keys = Object.keys(import.meta).join(); export const same = import.meta === import.meta",
                ),
            ],
        );
        let a = import(&ctx, "https://example.org/a.js");
        assert_eq!(export(&ctx, &a, "url"), "https://example.org/lib/b.js");
        assert_eq!(export(&ctx, &a, "own"), "https://example.org/a.js");
        let b = import(&ctx, "https://example.org/lib/b.js");
        assert_eq!((export(&ctx, &b, "keys").as_str(), export(&ctx, &b, "same").as_str()), ("url,resolve", "true"));
        let error = threw(block_on(ctx.load_module("c.js", "import.meta.resolve(Symbol())")));
        assert_eq!(
            error.to_string().split(" (at").next().unwrap(),
            "TypeError: resolve: argument 1 (`specifier`): expected a string, found symbol"
        );
    });
}

#[test]
fn a_resolver_of_ones_own() {
    on_both_homes(|world| {
        let (_isolate, ctx, files) = world_of(
            world,
            [
                ("/app/main.js", "import { n } from 'numbers'; import './gone'; export { n }"),
                ("/packages/numbers/index.js", "export const n = 7"),
            ],
        );
        let asked = Log::default();
        block_on(ctx.run((asked.clone(),), |lock, (asked,)| {
            lock.module_resolver((asked,), |(asked,), specifier, referrer| {
                asked.push(format!("{specifier} in {}", referrer.unwrap_or("Rust")));
                match specifier {
                    "app" => Ok("/app/main.js".to_owned()),
                    "numbers" => Ok("/packages/numbers/index.js".to_owned()),
                    _ => Err(LoadError::new("it is no dependency")),
                }
            });
        }))
        .unwrap();
        let error = threw(block_on(ctx.import("app")));
        assert_eq!(error.class, "TypeError");
        assert_eq!(error.message, "can't resolve module `./gone`, imported at /app/main.js:1:37: it is no dependency");
        assert_eq!(asked.lines(), ["app in Rust", "numbers in /app/main.js", "./gone in /app/main.js"]);
        assert_eq!(files.asked.lines(), ["/app/main.js"]);
        let numbers = import(&ctx, "numbers");
        assert_eq!(export(&ctx, &numbers, "n"), "7");
        assert_eq!(
            text(&ctx, "import('nothing').catch(e => e.message)"),
            "can't resolve module `nothing`, imported at <eval>:1:1: it is no dependency"
        );
    });
}

#[test]
fn a_module_that_has_another_name() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let asked = Log::default();
        let setup = isolate.context(ContextOptions::new()).setup((asked.clone(),), |lock, (asked,)| {
            lock.module_loader((asked,), |_ev, (asked,), request| async move {
                asked.push(&request.name);
                let (name, text) = match request.name.as_str() {
                    "lib" | "lib/index.js" => {
                        ("lib/index.js", "import './helper.js'; export const url = import.meta.url")
                    }
                    "lib/helper.js" => ("lib/helper.js", "globalThis.helped = (globalThis.helped ?? 0) + 1"),
                    _ => return Err(LoadError::new("no")),
                };
                Ok(ModuleSource::javascript(text).named(name))
            });
            Ok::<(), RunError>(())
        });
        let ctx = block_on(setup).unwrap();
        let short = import(&ctx, "lib");
        assert_eq!(export(&ctx, &short, "url"), "lib/index.js");
        let long = import(&ctx, "lib/index.js");
        assert_eq!(asked.lines(), ["lib", "lib/helper.js"]);
        let same = block_on(ctx.try_run((short, long), |lock, (short, long)| {
            Ok::<_, RunError>(short.try_get(lock)? == long.try_get(lock)?)
        }));
        assert!(same.unwrap());
        assert_eq!(number(&ctx, "helped"), 1.0);
    });
}

#[test]
fn a_name_that_was_given_is_taken() {
    on_both_homes(|world| {
        let (_isolate, ctx, _) =
            world_of(world, [("other.js", "import { x } from './main.js'; export const y = () => x")]);
        // A root whose text was given is part of its graph.
        let source = "import { y } from './other.js'; export const x = 5; export const again = y()";
        let main = block_on(ctx.load_module("main.js", source)).unwrap();
        assert_eq!(export(&ctx, &main, "again"), "5");
        let error = threw(block_on(ctx.load_module("main.js", source)));
        assert_eq!(error.to_string(), "TypeError: this context has a module `main.js` already: give another name");
        assert_eq!(export(&ctx, &import(&ctx, "main.js"), "x"), "5");
        // What failed may be given again.
        for source in ["syntax error", "import './nothing.js'", "import { nothing } from './other.js'", "throw 1"] {
            threw(block_on(ctx.load_module("late.js", source)));
        }
        let late = block_on(ctx.load_module("late.js", "export const ok = 'yes'")).unwrap();
        assert_eq!(export(&ctx, &late, "ok"), "yes");
    });
}
