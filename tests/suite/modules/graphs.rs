//! Graphs of imports: every module once, in the language's order, however deep.

use super::*;

#[test]
fn a_graph_is_loaded_and_evaluated_once() {
    on_both_homes(|world| {
        let (isolate, ctx, files) = world_of(
            world,
            [
                (
                    "main.js",
                    "import { left } from './left.js'; import { right } from './right.js'; seen.push('main');
                         export const sum = left + right; export default 'main'",
                ),
                ("left.js", "import { base } from './base.js'; seen.push('left'); export const left = base + 1"),
                ("right.js", "import { base } from './base.js'; seen.push('right'); export const right = base + 2"),
                ("base.js", "seen.push('base'); export const base = 10"),
            ],
        );
        let main = import(&ctx, "main.js");
        assert_eq!((export(&ctx, &main, "sum").as_str(), export(&ctx, &main, "default").as_str()), ("23", "main"));
        assert_eq!(seen(&ctx), "base left right main");
        // Again, and by another way in: nothing is loaded or evaluated twice.
        import(&ctx, "main.js");
        let base = import(&ctx, "./base.js");
        assert_eq!(export(&ctx, &base, "base"), "10");
        assert_eq!(seen(&ctx), "base left right main");
        let mut asked = files.asked.lines();
        asked.sort();
        assert_eq!(asked, ["base.js", "left.js", "main.js", "right.js"]);
        drop((main, base));
        until(|| isolate.stats().roots == 0);
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn cycles_are_evaluated_in_the_languages_order() {
    on_both_homes(|world| {
        // From `a`: its cycle is entered at `a`, so `c` comes first and `b` before `a`. The cycle `x`, `y` hangs below `b`.
        let files = [
            ("a.js", "import './b.js'; import './d.js'; seen.push('a'); export const name = () => 'a'"),
            ("b.js", "import './c.js'; import './x.js'; seen.push('b')"),
            ("c.js", "import { name } from './a.js'; seen.push('c'); export const late = () => name()"),
            ("d.js", "import './b.js'; seen.push('d')"),
            ("x.js", "import './y.js'; seen.push('x')"),
            ("y.js", "import './x.js'; seen.push('y')"),
            ("self.js", "import * as me from './self.js'; export const own = typeof me; export default 1"),
        ];
        let (_isolate, ctx, _) = world_of(world, files);
        import(&ctx, "a.js");
        assert_eq!(seen(&ctx), "c y x b d a");
        let c = import(&ctx, "c.js");
        assert_eq!(block_on(ctx.call::<String, _>(&c, "late", ())).unwrap(), "a");
        let own = import(&ctx, "self.js");
        assert_eq!(export(&ctx, &own, "own"), "object");
        // The same cycle entered somewhere else has another order.
        let (_isolate, ctx, _) = world_of(world, files);
        import(&ctx, "c.js");
        assert_eq!(seen(&ctx), "y x b d a c");
    });
}

#[test]
fn top_level_awaits_are_followed() {
    on_both_homes(|world| {
        let (_isolate, ctx, _) = world_of(
            world,
            [
                (
                    "main.js",
                    "import { slow } from './slow.js'; import './quick.js'; import { after } from './after.js';
                         seen.push('main'); export const got = [slow, after, await 3].join()",
                ),
                (
                    "slow.js",
                    "seen.push('slow begins'); export const slow = await new Promise(r => { globalThis.go = r });
                         seen.push('slow ends')",
                ),
                ("quick.js", "seen.push('quick')"),
                ("after.js", "import { slow } from './slow.js'; seen.push('after'); export const after = slow + 1"),
            ],
        );
        let mut waiting = Box::pin(ctx.import("main.js"));
        until(|| poll_once(&mut waiting).is_pending() && seen(&ctx) == "slow begins quick");
        // Whoever imports it meanwhile waits for the same evaluation.
        let again = pending(ctx.import("slow.js"));
        block_on(ctx.eval::<()>("go(1); 0")).unwrap();
        let main = block_on(waiting).unwrap();
        assert_eq!(export(&ctx, &main, "got"), "1,2,3");
        assert_eq!(seen(&ctx), "slow begins quick slow ends after main");
        assert_eq!(export(&ctx, &block_on(again).unwrap(), "slow"), "1");
    });
}

/// `0.js` imports `1.js` and so on, and the last one says `bottom`.
fn chain(length: usize, bottom: &str) -> Vec<(String, String)> {
    let link = |n: usize| match n + 1 {
        next if next == length => (format!("{n}.js"), bottom.to_owned()),
        next => (
            format!("{n}.js"),
            format!("import {{ depth as below }} from './{next}.js'; export const depth = below + 1"),
        ),
    };
    (0..length).map(link).collect()
}

#[test]
fn ten_thousand_modules_deep() {
    on_both_homes(|world| {
        let (_isolate, ctx, files) = world_of(world, chain(10_000, "export const depth = 1"));
        let top = import(&ctx, "0.js");
        assert_eq!(export(&ctx, &top, "depth"), "10000");
        assert_eq!(files.asked.lines().len(), 10_000);
    });
}

#[test]
fn ten_thousand_modules_deep_that_fail() {
    on_both_homes(|world| {
        let (_isolate, ctx, _) =
            world_of(world, chain(10_000, "export let depth; throw new RangeError('at the bottom')"));
        for _ in 0..2 {
            let error = threw(block_on(ctx.import("0.js")));
            assert_eq!((error.class.as_str(), error.message.as_str()), ("RangeError", "at the bottom"));
        }
        let error = threw(block_on(ctx.import("5000.js")));
        assert_eq!(error.message, "at the bottom");
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn many_imports_of_one_module() {
    on_both_homes(|world| {
        let main: String =
            (0..2_000).map(|n| format!("import {{ n as n{n} }} from './{n}.js'; seen.push(n{n});\n")).collect();
        let mut files: Vec<_> = (0..2_000).map(|n| (format!("{n}.js"), format!("export const n = {n}"))).collect();
        files.push(("main.js".to_owned(), main));
        let (_isolate, ctx, files) = world_of(world, files);
        import(&ctx, "main.js");
        assert_eq!(number(&ctx, "seen.length === 2000 && seen.every((n, i) => n === i) ? seen.length : NaN"), 2000.0);
        assert_eq!(files.asked.lines().len(), 2_001);
    });
}

#[test]
fn what_a_failed_module_is_beside_is_not_evaluated() {
    on_both_homes(|world| {
        let (_isolate, ctx, _) = world_of(
            world,
            [
                ("main.js", "import './one.js'; import './bad.js'; import './two.js'; seen.push('main')"),
                ("one.js", "seen.push('one')"),
                ("bad.js", "import './one.js'; seen.push('bad'); throw new Error('bad')"),
                ("two.js", "import './three.js'; import './bad.js'; seen.push('two')"),
                ("three.js", "seen.push('three')"),
            ],
        );
        assert_eq!(threw(block_on(ctx.import("main.js"))).message, "bad");
        assert_eq!(seen(&ctx), "one bad");
        // By itself it is: up to the module that failed.
        assert_eq!(threw(block_on(ctx.import("two.js"))).message, "bad");
        assert_eq!(seen(&ctx), "one bad three");
        assert_eq!(threw(block_on(ctx.import("main.js"))).message, "bad");
        assert_eq!(seen(&ctx), "one bad three");
        assert_eq!(world.rejections(), []);
    });
}

/// What the language says about a graph: depth first, and a failure ends it all on the way back.
struct Model {
    imports: Vec<Vec<usize>>,
    fails: Vec<bool>,
    states: Vec<State>,
    open: Vec<usize>,
    ran: Vec<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open { index: usize },
    Done,
    Failed,
}

impl Model {
    fn import(&mut self, root: usize) -> bool {
        if self.visit(root).is_ok() {
            return true;
        }
        for n in std::mem::take(&mut self.open) {
            self.states[n] = State::Failed;
        }
        false
    }

    /// Gives the lowest index that can be reached.
    fn visit(&mut self, n: usize) -> Result<usize, ()> {
        match self.states[n] {
            State::Failed => return Err(()),
            State::Done => return Ok(usize::MAX),
            State::Open { index } => return Ok(index),
            State::New => {}
        }
        let index = self.open.len();
        self.states[n] = State::Open { index };
        self.open.push(n);
        let mut low = index;
        for to in self.imports[n].clone() {
            low = low.min(self.visit(to)?);
        }
        self.ran.push(n.to_string());
        if self.fails[n] {
            return Err(());
        }
        if low == index {
            for n in self.open.split_off(index) {
                self.states[n] = State::Done;
            }
        }
        Ok(low)
    }
}

#[test]
fn random_graphs_are_evaluated_in_the_languages_order() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        let mut below = |limit: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) as usize % limit
        };
        for _ in 0..150 {
            let size = 2 + below(9);
            let imports: Vec<Vec<usize>> = (0..size).map(|_| (0..below(4)).map(|_| below(size)).collect()).collect();
            let fails: Vec<bool> = (0..size).map(|_| below(10) == 0).collect();
            let text = |n: usize| {
                let imports: String = imports[n].iter().map(|to| format!("import './{to}.js';")).collect();
                let end = if fails[n] { "throw 'no';" } else { "" };
                (format!("{n}.js"), format!("{imports} seen.push({n}); {end}"))
            };
            let ctx = context_of(&isolate, &Files::new((0..size).map(text)));
            let states = vec![State::New; size];
            let mut model = Model { imports: imports.clone(), fails: fails.clone(), states, open: vec![], ran: vec![] };
            for _ in 0..3 {
                let root = below(size);
                let imported = block_on(ctx.import(&format!("{root}.js"))).is_ok();
                let here = format!("{root} of {imports:?}, failing {fails:?}");
                assert_eq!(imported, model.import(root), "{here}");
                assert_eq!(seen(&ctx), model.ran.join(" "), "{here}");
            }
        }
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn ten_thousand_modules_deep_that_await() {
    on_both_homes(|world| {
        let (_isolate, ctx, _) = world_of(world, chain(10_000, "await 0; export const depth = 1"));
        let top = import(&ctx, "0.js");
        assert_eq!(export(&ctx, &top, "depth"), "10000");
        let (_isolate, ctx, _) = world_of(world, chain(10_000, "export let depth; await 0; throw new Error('late')"));
        assert_eq!(threw(block_on(ctx.import("0.js"))).message, "late");
    });
}
