//! The heap limit ends the turn instead of the process.

use crate::support::{number, stage};
use isolock::{prelude::*, protocol::termination::Request};
use isolock_tests::{block_on, watched};

const LIMIT: usize = 64 << 20;

const KINDS: [(&str, &str); 16] = [
    ("objects", "const a = []; for(;;) a.push({ x: a.length, y: {} })"),
    ("strings", "const a = []; for (let i = 0;; i++) a.push(('x' + i).repeat(100))"),
    (
        "a growing string",
        "let s = 'x'; const a = []; for(;;) { a.push((s + a.length).split('').join('-')); s += 'abcdefgh' }",
    ),
    ("arrays", "const a = []; for(;;) a.push(new Array(1000).fill(1.5))"),
    ("a map", "const m = new Map(); for (let i = 0;; i++) m.set(i, 'v' + i)"),
    ("a set of bigints", "const s = new Set(); for (let i = 0n;; i++) s.add((1n << 900n) + i)"),
    ("closures", "const a = []; for(;;) { const x = a.length; a.push(() => x) }"),
    ("microtasks", "for(;;) Promise.resolve(1).then(x => x + 1)"),
    (
        "promises in microtasks",
        "(async () => { const a = []; for(;;) { a.push((async () => { await 1; return {} })()); await 1 } })()",
    ),
    (
        "json",
        "const a = []; const t = JSON.stringify({ a: [1, 2, 3], b: 'text' }); for(;;) a.push(JSON.parse(t), JSON.stringify(a.length + 'x'))",
    ),
    ("small typed arrays", "const a = []; for(;;) a.push(new Uint8Array(32))"),
    ("a dictionary", "const o = {}; for (let i = 0;; i++) o['key' + i] = i"),
    ("errors", "const a = []; for(;;) a.push(new Error('e' + a.length))"),
    ("generators", "const a = []; for(;;) { const g = (function* () { yield {} })(); g.next(); a.push(g) }"),
    ("code", "const a = []; for(;;) a.push(new Function('x', 'return x + ' + a.length))"),
    ("weak maps", "const a = [], w = new WeakMap(); for(;;) { const k = {}; a.push(k); w.set(k, { k }) }"),
];

fn run(home: Home) {
    let (_fixture, isolate, ctx) = stage(IsolateOptions::new().home(home).heap_limit(LIMIT));
    let other = isolock_tests::context(&isolate);
    // Half of the kinds each, and two rounds of each.
    for (what, source) in KINDS.into_iter().skip(usize::from(home == Home::Pinned)).step_by(2) {
        for round in 1..=2 {
            match block_on(ctx.eval::<()>(&format!("(() => {{ {source} }})()"))) {
                Err(RunError::Terminated(Request::HeapLimit(limit))) => assert_eq!(limit, LIMIT, "{what}"),
                result => panic!("{what}, round {round}: {result:?}"),
            }
            let used = "Array.from({ length: 1000 }, (_, i) => ({ i })).reduce((n, o) => n + o.i, 0)";
            assert_eq!(number(&ctx, used), 499_500.0, "after {what}, round {round}");
            assert_eq!(number(&other, used), 499_500.0, "after {what}, round {round}");
        }
    }
}

#[test]
fn heap_limit_ends_the_turn_shared() {
    watched(|| run(Home::Shared));
}

#[test]
fn heap_limit_ends_the_turn_pinned() {
    watched(|| run(Home::Pinned));
}

/// What is kept alive through a global stays alive, and the context can still be got rid of.
#[test]
fn heap_limit_with_live_garbage_leaves_the_other_context_usable() {
    watched(|| {
        for home in crate::support::HOMES {
            let (_fixture, isolate, other) = stage(IsolateOptions::new().home(home).heap_limit(LIMIT));
            for _ in 0..2 {
                let ctx = isolock_tests::context(&isolate);
                let ended = block_on(ctx.eval::<()>("globalThis.kept = []; for(;;) kept.push({ x: [kept.length] })"));
                assert!(matches!(ended, Err(RunError::Terminated(Request::HeapLimit(LIMIT)))), "{ended:?}");
                assert_eq!(number(&other, "6"), 6.0);
                ctx.close();
                crate::support::until(|| isolate.stats().contexts == 1);
                crate::support::collect_garbage(&other);
                assert_eq!(number(&other, "'x'.repeat(1 << 20).length"), 1_048_576.0);
            }
        }
    });
}

/// The garbage is made by a microtask, by the continuation of an async host function, and in a set-up turn.
#[test]
fn heap_limit_covers_microtasks_and_set_up() {
    watched(|| {
        for home in crate::support::HOMES {
            let (_fixture, isolate, ctx) = stage(IsolateOptions::new().home(home).heap_limit(LIMIT));
            let garbage = "const a = []; for(;;) a.push({ x: a.length })";
            let ended = block_on(ctx.eval::<()>(&format!("Promise.resolve().then(() => {{ {garbage} }})")));
            assert!(matches!(ended, Err(RunError::Terminated(Request::HeapLimit(LIMIT)))), "{ended:?}");
            let setup = isolate
                .context(ContextOptions::new())
                .setup((garbage,), |lock, (garbage,)| lock.eval(garbage).map(drop));
            let ended = block_on(setup);
            assert!(matches!(ended, Err(RunError::Terminated(Request::HeapLimit(LIMIT)))), "{ended:?}");
            assert_eq!(number(&ctx, "7"), 7.0);
        }
    });
}
