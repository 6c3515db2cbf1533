//! Modules that are made of host functions.

use super::*;

#[isolate_fn]
fn add(a: f64, b: f64) -> f64 {
    a + b
}

#[isolate_fn(name = "note")]
fn write_down(#[capture] log: &Log, line: String) -> usize {
    log.push(line);
    log.lines().len()
}

#[isolate_fn]
async fn later(ev: Event, text: String) -> Result<String, RunError> {
    ev.run((text,), |_lock, (text,)| text.to_uppercase()).await
}

#[test]
fn host_functions_are_imported_by_name() {
    on_both_homes(|world| {
        let log = Log::default();
        let isolate = world.isolate();
        let setup = isolate.context(ContextOptions::new()).setup((log.clone(),), |lock, (log,)| {
            lock.module("host:math", (add {},))?;
            lock.module("host:io", (write_down { log }, later {}))
        });
        let ctx = block_on(setup).unwrap();
        // No loader is needed for them.
        let source = "import { add } from 'host:math'; import * as io from 'host:io';
            export const sum = add(1, 2); export const lines = io.note('a') + io.note('b');
            export const loud = await io.later('hi'); export const names = Object.keys(io).join();
            export const globals = typeof globalThis.add";
        let module = block_on(ctx.load_module("main.js", source)).unwrap();
        let all: Vec<_> = ["sum", "lines", "loud", "names", "globals"].map(|name| export(&ctx, &module, name)).into();
        assert_eq!(all, ["3", "3", "HI", "later,note", "undefined"]);
        assert_eq!(log.lines(), ["a", "b"]);
        // From Rust and by `import()` it is the same module.
        let math = import(&ctx, "host:math");
        let sum: f64 = block_on(ctx.call(&math, "add", (2.0, 3.0))).unwrap();
        assert_eq!(sum, 5.0);
        assert_eq!(number(&ctx, "import('host:math').then(math => math.add(3, 4))"), 7.0);
        let missing = threw(block_on(ctx.load_module("bad.js", "import { sub } from 'host:math'")));
        assert!(missing.message.contains("'host:math' does not provide an export named 'sub'"), "{missing}");
    });
}

#[test]
fn a_resolver_is_not_asked_for_host_modules() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            lock.module_resolver((), |(), _specifier, _referrer| Err(LoadError::new("nothing is known")));
            lock.module("math", (add {},))
        });
        let module = block_on(ctx.load_module("main.js", "import { add } from 'math'; export const n = add(1, 1)"));
        assert_eq!(export(&ctx, &module.unwrap(), "n"), "2");
    });
}

#[test]
fn names_of_host_modules_are_taken_once() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            let twice = lock.module("host:twice", (add {}, add {}));
            assert_eq!(threw(twice).to_string(), "TypeError: module `host:twice` has two functions `add`");
            lock.module("host:math", (add {},))?;
            let again = lock.module("host:math", (add {},));
            assert_eq!(
                threw(again).to_string(),
                "TypeError: this context has a module `host:math` already: give another name"
            );
            lock.module("host:empty", ())
        });
        let source = "import * as empty from 'host:empty'; export const n = Object.keys(empty).length";
        assert_eq!(export(&ctx, &block_on(ctx.load_module("m.js", source)).unwrap(), "n"), "0");
        assert_eq!(threw(block_on(ctx.load_module("host:math", ""))).class, "TypeError");
    });
}
