//! Arguments and results of host functions, as JS sees them.

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;

#[isolate_fn(name = "takeByte")]
fn take_byte(n: u8) -> u8 {
    n
}

#[isolate_fn]
fn mixed(flag: bool, words: Vec<String>, level: Option<u32>, rest: Option<f64>) -> String {
    format!("{flag} {words:?} {level:?} {rest:?}")
}

#[isolate_fn(name = "later")]
async fn later(text: String, count: Option<f64>) -> String {
    format!("{text} {count:?}")
}

#[isolate_fn]
fn nothing() {}

#[isolate_fn]
fn bytes(data: Vec<u8>) -> Vec<u8> {
    data.into_iter().rev().collect()
}

#[isolate_fn]
fn anything(value: ()) {
    value
}

/// Calls back with what it is called with, twice.
#[isolate_fn]
fn twice<'s>(
    lock: &mut Lock<'s>,
    f: v8::Local<'s, v8::Function>,
    value: v8::Local<'s, v8::Value>,
) -> Result<v8::Local<'s, v8::Value>, RunError> {
    let this = lock.undefined();
    let once = lock.try_catch(|lock| f.call(lock, this, &[value]))?;
    lock.try_catch(|lock| f.call(lock, this, &[once]))
}

/// Keeps a function for later.
#[isolate_fn]
fn keep(#[capture] kept: &Kept, f: JsRoot<v8::Function>) -> f64 {
    let mut kept = kept.0.lock().unwrap();
    kept.push(f);
    f64::from(u32::try_from(kept.len()).unwrap())
}

#[derive(Clone, Default)]
struct Kept(std::sync::Arc<std::sync::Mutex<Vec<JsRoot<v8::Function>>>>);

impl Portable for Kept {}

#[isolate_fn(name = "tooLarge")]
fn too_large() -> u64 {
    u64::MAX
}

fn setup(world: &World) -> (Isolate, IoContext) {
    world.with(|lock, ()| {
        lock.install((
            take_byte {},
            mixed {},
            later {},
            nothing {},
            bytes {},
            anything {},
            twice {},
            keep { kept: Kept::default() },
            too_large {},
        ))
    })
}

#[track_caller]
fn refused(ctx: &IoContext, call: &str, class: &str, message: &str) {
    let error = threw(block_on(ctx.eval::<()>(call)));
    assert_eq!((error.class.as_str(), error.message.as_str()), (class, message), "{call}");
}

#[test]
fn arguments_are_named_when_they_are_refused() {
    on_both_homes(|world| {
        let (_isolate, ctx) = setup(world);
        assert_eq!(number(&ctx, "takeByte(255)"), 255.0);
        let byte = "takeByte: argument 1 (`n`): expected a whole number from 0 to 255";
        for (argument, found) in
            [("256", "number 256"), ("-1", "number -1"), ("0.5", "number 0.5"), ("NaN", "number NaN")]
        {
            refused(&ctx, &format!("takeByte({argument})"), "RangeError", &format!("{byte}, found {found}"));
        }
        for (argument, found) in
            [("'1'", "string \"1\""), ("1n", "bigint 1"), ("null", "null"), ("undefined", "undefined")]
        {
            refused(&ctx, &format!("takeByte({argument})"), "TypeError", &format!("{byte}, found {found}"));
        }
        refused(&ctx, "takeByte()", "TypeError", &format!("{byte}, found nothing"));
        refused(
            &ctx,
            "mixed(true)",
            "TypeError",
            "mixed: argument 2 (`words`): expected an array whose items are each a string, found nothing",
        );
        refused(
            &ctx,
            "mixed(true, ['a', 1])",
            "TypeError",
            "mixed: argument 2 (`words`): expected a string at [1], found number 1",
        );
        refused(
            &ctx,
            "mixed(true, [], -1)",
            "RangeError",
            "mixed: argument 3 (`level`): expected a whole number from 0 to 4294967295, null or undefined, found number -1",
        );
        refused(
            &ctx,
            "bytes([1])",
            "TypeError",
            "bytes: argument 1 (`data`): expected bytes (a typed array, a DataView or an ArrayBuffer), found array",
        );
        refused(&ctx, "twice(1, 2)", "TypeError", "twice: argument 1 (`f`): expected a v8 Function, found number 1");
        // JS sees where it called.
        let error = threw(block_on(ctx.eval::<()>("\n  takeByte()")));
        assert_eq!(error.position.map(|at| (at.line, at.column)), Some((2, 3)));
    });
}

#[test]
fn optional_arguments_may_be_missing_and_more_are_ignored() {
    on_both_homes(|world| {
        let (_isolate, ctx) = setup(world);
        assert_eq!(text(&ctx, "mixed(true, ['a', 'b'])"), r#"true ["a", "b"] None None"#);
        assert_eq!(text(&ctx, "mixed(false, [], null, undefined)"), "false [] None None");
        assert_eq!(text(&ctx, "mixed(false, [], 7, 0.5, 'more')"), "false [] Some(7) Some(0.5)");
        assert_eq!(text(&ctx, "later('x')"), "x None");
        assert_eq!(text(&ctx, "String(nothing(1, 2))"), "undefined");
        assert_eq!(text(&ctx, "String(anything())"), "undefined");
        assert_eq!(text(&ctx, "bytes(new Uint8Array([1, 2, 3])).join()"), "3,2,1");
        refused(&ctx, "tooLarge()", "Error", "V8 refused: the integer is larger than a JS number can hold exactly");
    });
}

#[test]
fn async_functions_throw_for_arguments_where_they_are_called() {
    on_both_homes(|world| {
        let (_isolate, ctx) = setup(world);
        // Not a rejection: nothing has begun.
        let caught = "try { later(5); 'no' } catch (e) { `${e.name}: ${e.message}` }";
        assert_eq!(text(&ctx, caught), "TypeError: later: argument 1 (`text`): expected a string, found number 5");
        assert_eq!(text(&ctx, "String(later('x') instanceof Promise)"), "true");
        block_on(ctx.idle());
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn functions_have_names_and_lengths_and_are_no_constructors() {
    on_both_homes(|world| {
        let (_isolate, ctx) = setup(world);
        let shape = "[takeByte, mixed, later, nothing].map(f => `${f.name} ${f.length}`).join()";
        // Arguments before the first optional one.
        assert_eq!(text(&ctx, shape), "takeByte 1,mixed 2,later 1,nothing 0");
        for function in ["takeByte", "later", "nothing"] {
            let error = threw(block_on(ctx.eval::<()>(&format!("new {function}(1)"))));
            assert_eq!((error.class, error.message), ("TypeError".into(), format!("{function} is not a constructor")));
        }
        assert_eq!(
            text(&ctx, "String('prototype' in takeByte) + Object.keys(globalThis).includes('takeByte')"),
            "falsetrue"
        );
        // Ordinary functions otherwise.
        assert_eq!(number(&ctx, "takeByte.call({}, 3) + takeByte.apply(null, [4]) + takeByte.bind(null, 5)()"), 12.0);
        assert_eq!(text(&ctx, "[1, 2].map(n => takeByte(n)).join()"), "1,2");
    });
}

#[test]
fn raw_locals_come_in_and_go_out() {
    on_both_homes(|world| {
        let (isolate, ctx) = setup(world);
        assert_eq!(number(&ctx, "twice(n => n * 3, 5)"), 45.0);
        assert_eq!(text(&ctx, "const o = {}; String(twice(x => x, o) === o)"), "true");
        // An exception of the callback goes through as it is.
        let error = threw(block_on(ctx.eval::<()>("twice(() => { throw new RangeError('inside') })"))).without_value();
        assert_eq!((error.class.as_str(), error.message.as_str()), ("RangeError", "inside"));
        // Functions inside functions.
        assert_eq!(number(&ctx, "twice(n => twice(m => m + 1, n), 0)"), 4.0);
        assert_eq!(number(&ctx, "keep(() => 1) + keep(() => 2)"), 3.0);
        assert_eq!(isolate.stats().roots, 2);
        ctx.close();
        until(|| isolate.stats().roots == 0 && isolate.stats().contexts == 0);
    });
}

#[test]
fn an_exception_of_js_passes_through_a_host_function() {
    on_both_homes(|world| {
        let (_isolate, ctx) = setup(world);
        block_on(ctx.eval::<()>("globalThis.mine = class Mine extends Error {}; 0")).unwrap();
        let caught =
            "try { twice(() => { throw new mine('through') }) } catch (e) { `${e instanceof mine} ${e.message}` }";
        assert_eq!(text(&ctx, caught), "true through");
    });
}
