//! R2 explicit-captures.

use crate::support::*;
use isolock::prelude::*;
use isolock_tests::block_on;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

/// A capture struct.
struct Captures {
    names: Vec<String>,
    sum: Arc<AtomicUsize>,
}

impl Portable for Captures {}

#[test]
fn r2_captures_are_a_struct_or_a_tuple() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let sum = Arc::new(AtomicUsize::new(0));
        let captures = Captures { names: vec!["a".into(), "bc".into()], sum: sum.clone() };
        let joined = block_on(ctx.run(captures, |lock, Captures { names, sum }| {
            sum.fetch_add(names.iter().map(String::len).sum(), Ordering::SeqCst);
            lock.set_global("names", names).unwrap();
            lock.eval("names.join('-')").unwrap().to_rust_string_lossy(lock)
        }))
        .unwrap();
        assert_eq!((joined.as_str(), count(&sum)), ("a-bc", 3));
        let tuple = (1_u8, 2_u16, "three", String::from("four"), vec![5.0], Some(6_i64));
        let text = block_on(ctx.run(tuple, |_lock, tuple| format!("{tuple:?}"))).unwrap();
        assert_eq!(text, r#"(1, 2, "three", "four", [5.0], Some(6))"#);
    });
}

#[test]
fn r2_captures_are_dropped_once_whatever_becomes_of_the_turn() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let fresh = || {
            let capture = Counted::default();
            let (drops, _) = capture.counters();
            (capture, drops)
        };
        let (capture, drops) = fresh();
        block_on(ctx.run((capture,), |_lock, (_capture,)| ())).unwrap();
        assert_eq!(count(&drops), 1, "run to its end");

        let (capture, drops) = fresh();
        panicked(block_on(ctx.run((capture,), |_lock, (_capture,)| boom("as planned"))));
        assert_eq!(count(&drops), 1, "panicked");

        let (capture, drops) = fresh();
        drop(ctx.run((capture,), |_lock, (_capture,)| ()));
        assert_eq!(count(&drops), 1, "never polled");

        let (capture, drops) = fresh();
        let busy = Busy::new(&ctx);
        drop(pending(ctx.run((capture,), |_lock, (_capture,)| ())));
        assert_eq!(count(&drops), 1, "dropped while it waited");

        let (capture, drops) = fresh();
        let queued = pending(ctx.run((capture,), |_lock, (_capture,)| ()));
        ctx.close();
        assert_eq!(count(&drops), 1, "refused while it waited");
        gone(block_on(queued));
        busy.release().unwrap();

        let (capture, drops) = fresh();
        gone(block_on(ctx.run((capture,), |_lock, (_capture,)| ())));
        assert_eq!(count(&drops), 1, "refused at once");
    });
}

/// Gets its capture by reference.
#[isolate_fn(name = "byRef")]
fn by_ref(#[capture] seen: &Arc<Mutex<Vec<usize>>>, #[capture] value: &Counted, n: f64) -> f64 {
    seen.lock().unwrap().push(std::ptr::from_ref(value).addr());
    n + 1.0
}

/// Gets a clone for each call.
#[isolate_fn(name = "byClone")]
fn by_clone(#[capture] value: Counted, n: f64) -> f64 {
    drop(value);
    n + 1.0
}

/// Gets a clone for each call.
#[isolate_fn(name = "laterByClone")]
async fn later_by_clone(_ev: Event, #[capture] value: Counted, n: f64) -> f64 {
    drop(value);
    n + 1.0
}

#[test]
fn r2_captures_by_reference_are_never_cloned() {
    on_both_homes(|world| {
        let value = Counted::default();
        let (drops, clones) = value.counters();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let binding = by_ref { seen: seen.clone(), value };
        let isolate = world.isolate();
        let setup = isolate
            .context(ContextOptions::new())
            .setup((Carry(binding),), |lock, (binding,)| lock.install((binding.0,)));
        let ctx = block_on(setup).unwrap();
        assert_eq!(number(&ctx, "byRef(byRef(byRef(0)))"), 3.0);
        assert_eq!((count(&clones), count(&drops)), (0, 0));
        let places = seen.lock().unwrap().clone();
        assert_eq!(places, [places[0]; 3], "one place for all calls");
        ctx.close();
        until(|| count(&drops) == 1);
        assert_eq!(count(&clones), 0);
    });
}

#[test]
fn r2_captures_by_value_are_cloned_for_each_call() {
    on_both_homes(|world| {
        let (sync, later) = (Counted::default(), Counted::default());
        let ((drops, clones), (later_drops, later_clones)) = (sync.counters(), later.counters());
        let isolate = world.isolate();
        let captures = (Carry(by_clone { value: sync }), Carry(later_by_clone { value: later }));
        let setup = isolate
            .context(ContextOptions::new())
            .setup(captures, |lock, (sync, later)| lock.install((sync.0, later.0)));
        let ctx = block_on(setup).unwrap();
        assert_eq!(number(&ctx, "byClone(byClone(byClone(0)))"), 3.0);
        assert_eq!((count(&clones), count(&drops)), (3, 3));
        assert_eq!(number(&ctx, "laterByClone(0).then(laterByClone)"), 2.0);
        assert_eq!((count(&later_clones), count(&later_drops)), (2, 2));
        // A call whose arguments are refused clones nothing.
        threw(block_on(ctx.eval::<f64>("byClone('x')")));
        threw(block_on(ctx.eval::<f64>("laterByClone('x')")));
        assert_eq!((count(&clones), count(&later_clones)), (3, 2));
    });
}

#[test]
fn r2_run_of_a_binding_takes_the_captures_along() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let value = Counted::default();
        let (drops, clones) = value.counters();
        let outcome = block_on(by_ref { seen: Arc::default(), value }.run(&ctx, 4.0));
        assert_eq!((outcome.unwrap(), count(&clones), count(&drops)), (5.0, 0, 1));
    });
}

#[test]
fn r2_closures_see_only_their_captures_by_reference() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let value = Counted::default();
        let (drops, clones) = value.counters();
        let calls = Arc::new(AtomicUsize::new(0));
        block_on(ctx.try_run((Carry(value), calls.clone()), |lock, captures| {
            let function = lock.function_with("tally", captures, |lock, (_value, calls), args| {
                calls.fetch_add(args.len(), Ordering::SeqCst);
                Ok(if args.is_empty() { lock.undefined() } else { args.value(0) })
            })?;
            lock.set_global("tally", function)
        }))
        .unwrap();
        assert_eq!(text(&ctx, "tally(1, 2); tally(); `${tally('x')} ${tally()} ${tally.name}`"), "x undefined tally");
        assert_eq!((count(&calls), count(&clones), count(&drops)), (3, 0, 0));
        ctx.close();
        until(|| isolate.stats().contexts == 0 && count(&drops) == 1);
    });
}
