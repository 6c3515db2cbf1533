//! Conversions in both directions, and their limits.

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;
use std::fmt::Debug;

/// `source` converts to `wanted`.
#[track_caller]
fn gives<T: for<'s> FromJs<'s> + Portable + PartialEq + Debug>(ctx: &IoContext, source: &str, wanted: T) {
    let found = block_on(ctx.eval::<T>(&format!("({source})")));
    assert_eq!(found.unwrap_or_else(|error| panic!("{source}: {error}")), wanted, "{source}");
}

/// `source` is refused with `message`.
#[track_caller]
fn refuses<T: for<'s> FromJs<'s> + Portable>(ctx: &IoContext, source: &str, message: &str) {
    match block_on(ctx.eval::<T>(&format!("({source})"))) {
        Err(error @ RunError::Convert { .. }) => assert_eq!(error.to_string(), message, "{source}"),
        Err(other) => panic!("{source}: {other}"),
        Ok(_) => panic!("{source} was accepted"),
    }
}

/// `value` becomes a `v` for which `test` holds.
#[track_caller]
fn becomes<V: for<'s> IntoJs<'s> + Portable>(ctx: &IoContext, value: V, test: &str) {
    block_on(ctx.set_global("v", value)).unwrap_or_else(|error| panic!("{test}: {error}"));
    let holds = block_on(ctx.eval::<bool>(test));
    assert!(holds.unwrap_or_else(|error| panic!("{test}: {error}")), "{test}; v is {}", text(ctx, "String(v)"));
}

#[test]
fn convert_floats() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        for number in [0.0, 1.5, -2.25, f64::MAX, f64::MIN_POSITIVE, f64::INFINITY, f64::NEG_INFINITY, 2_f64.powi(53)] {
            gives(&ctx, &format!("{number:?}").replace("inf", "Infinity"), number);
            becomes(&ctx, number, &format!("v === {}", format!("{number:?}").replace("inf", "Infinity")));
        }
        assert!(number(&ctx, "-0").is_sign_negative());
        becomes(&ctx, -0.0, "Object.is(v, -0)");
        assert!(number(&ctx, "NaN").is_nan());
        becomes(&ctx, f64::NAN, "Number.isNaN(v)");
        gives(&ctx, "0.1", 0.1_f32);
        gives(&ctx, "1e300", f32::INFINITY);
        becomes(&ctx, 0.1_f32, "v === Math.fround(0.1)");
        refuses::<f64>(&ctx, "'1'", "expected a number, found string \"1\"");
        refuses::<f64>(&ctx, "1n", "expected a number, found bigint 1");
        refuses::<f64>(&ctx, "undefined", "expected a number, found undefined");
        refuses::<f32>(&ctx, "new Number(1)", "expected a number, found object");
    });
}

#[test]
fn convert_small_integers() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        macro_rules! edges {
            ($($type:ty)*) => { $(
                for edge in [<$type>::MIN, 0, 1, <$type>::MAX] {
                    gives(&ctx, &edge.to_string(), edge);
                    becomes(&ctx, edge, &format!("v === {edge}"));
                }
                let kind = format!("a whole number from {} to {}", <$type>::MIN, <$type>::MAX);
                for beyond in [i64::from(<$type>::MIN) - 1, i64::from(<$type>::MAX) + 1] {
                    refuses::<$type>(&ctx, &beyond.to_string(), &format!("expected {kind}, found number {beyond}"));
                }
                for odd in ["1.5", "NaN", "Infinity"] {
                    refuses::<$type>(&ctx, odd, &format!("expected {kind}, found number {odd}"));
                }
                refuses::<$type>(&ctx, "1n", &format!("expected {kind}, found bigint 1"));
                refuses::<$type>(&ctx, "'1'", &format!("expected {kind}, found string \"1\""));
                refuses::<$type>(&ctx, "null", &format!("expected {kind}, found null"));
                gives(&ctx, "-0", 0 as $type);
            )* };
        }
        edges! { u8 i8 u16 i16 u32 i32 }
    });
}

#[test]
fn convert_wide_integers() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let safe = (1_i64 << 53) - 1;
        for n in [0, 1, -1, safe, -safe] {
            gives(&ctx, &n.to_string(), n);
            gives(&ctx, &format!("{n}n"), n);
            becomes(&ctx, n, &format!("v === {n}"));
        }
        // A number of that size is not exact any more; a bigint is.
        refuses::<i64>(
            &ctx,
            "2 ** 53",
            "expected a whole number from -9223372036854775808 to 9223372036854775807, found number 9007199254740992",
        );
        gives(&ctx, "2n ** 53n", 1_i64 << 53);
        gives(&ctx, "2n ** 63n - 1n", i64::MAX);
        gives(&ctx, "-(2n ** 63n)", i64::MIN);
        gives(&ctx, "2n ** 64n - 1n", u64::MAX);
        gives(&ctx, "2n ** 64n - 1n", usize::MAX);
        gives(&ctx, "-(2n ** 63n)", isize::MIN);
        for (source, found) in
            [("2n ** 64n", "18446744073709551616"), ("-1n", "-1"), ("-(2n ** 64n)", "-18446744073709551616")]
        {
            let message = format!("expected a whole number from 0 to 18446744073709551615, found bigint {found}");
            refuses::<u64>(&ctx, source, &message);
        }
        let refused = block_on(ctx.set_global("v", safe + 1));
        assert!(matches!(refused, Err(RunError::Refused(_))), "{refused:?}");
        assert!(block_on(ctx.set_global("v", u64::MAX)).is_err());
    });
}

#[test]
fn convert_booleans_strings_and_unit() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        gives(&ctx, "1 > 0", true);
        gives(&ctx, "!1", false);
        becomes(&ctx, true, "v === true");
        for (source, found) in [("0", "number 0"), ("'true'", "string \"true\""), ("null", "null"), ("[]", "array")] {
            refuses::<bool>(&ctx, source, &format!("expected a boolean, found {found}"));
        }
        for text in ["", "plain", "ünïcödé €", "𝄞🦀", "nul\0inside", "\u{10ffff}"] {
            gives(
                &ctx,
                &format!("{text:?}").replace("\\0", "\\u0000").replace("\\u{10ffff}", "\\udbff\\udfff"),
                text.to_owned(),
            );
            becomes(&ctx, text.to_owned(), &format!("v.length === {}", text.encode_utf16().count()));
            block_on(ctx.set_global("v", text)).unwrap();
            gives(&ctx, "v", text.to_owned());
        }
        // A lone surrogate has no UTF-8.
        gives(&ctx, "'a\\ud800b'", "a\u{fffd}b".to_owned());
        gives(&ctx, "'x'.repeat(1 << 20)", "x".repeat(1 << 20));
        let long = "y".repeat(100);
        refuses::<f64>(&ctx, &format!("'{long}'"), &format!("expected a number, found string \"{}…\"", &long[..60]));
        for (source, found) in [("1", "number 1"), ("Symbol()", "symbol"), ("() => 1", "function"), ("{}", "object")] {
            refuses::<String>(&ctx, source, &format!("expected a string, found {found}"));
        }
        for anything in ["1", "undefined", "{}", "() => 1", "Symbol()"] {
            gives(&ctx, anything, ());
        }
        becomes(&ctx, (), "v === undefined");
    });
}

#[test]
fn convert_options() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        gives(&ctx, "undefined", None::<f64>);
        gives(&ctx, "null", None::<String>);
        gives(&ctx, "5", Some(5_u8));
        gives(&ctx, "[null, 1, undefined]", vec![None, Some(1.0), None]);
        becomes(&ctx, None::<f64>, "v === undefined");
        becomes(&ctx, Some("here".to_owned()), "v === 'here'");
        becomes(&ctx, vec![Some(1.0), None], "v.length === 2 && v[1] === undefined");
        refuses::<Option<f64>>(&ctx, "'x'", "expected a number, null or undefined, found string \"x\"");
        refuses::<Option<bool>>(&ctx, "0", "expected a boolean, null or undefined, found number 0");
    });
}

#[test]
fn convert_arrays() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        gives(&ctx, "[]", Vec::<f64>::new());
        gives(&ctx, "[1, 2.5, -0]", vec![1.0, 2.5, 0.0]);
        gives(&ctx, "[['a'], [], ['b', 'c']]", vec![vec!["a".to_owned()], vec![], vec!["b".into(), "c".into()]]);
        let many: Vec<f64> = (0..100_000).map(f64::from).collect();
        gives(&ctx, "Array.from({ length: 100000 }, (_, i) => i)", many.clone());
        becomes(&ctx, many, "v.length === 100000 && v[99999] === 99999");
        becomes(&ctx, Vec::<String>::new(), "Array.isArray(v) && v.length === 0");
        becomes(&ctx, vec![vec![1_u32], vec![2, 3]], "JSON.stringify(v) === '[[1],[2,3]]'");
        refuses::<Vec<f64>>(&ctx, "[1, 'x']", "expected a number at [1], found string \"x\"");
        refuses::<Vec<f64>>(&ctx, "[1, , 3]", "expected a number at [1], found undefined");
        gives(&ctx, "[1, , 3]", vec![Some(1.0), None, Some(3.0)]);
        refuses::<Vec<Vec<f64>>>(&ctx, "[[1], [2, 3, 'x']]", "expected a number at [1][2], found string \"x\"");
        refuses::<Vec<Vec<Vec<u8>>>>(
            &ctx,
            "[[], [new Uint8Array(1), 5]]",
            "expected bytes (a typed array, a DataView or an ArrayBuffer) at [1][1], found number 5",
        );
        let array = "an array whose items are each a number";
        for (source, found) in [("5", "number 5"), ("{ length: 1, 0: 1 }", "object"), ("new Set", "object")] {
            refuses::<Vec<f64>>(&ctx, source, &format!("expected {array}, found {found}"));
        }
        refuses::<Vec<f64>>(&ctx, "new Float64Array(2)", &format!("expected {array}, found typed array"));
        // Items may be computed, and computing may fail.
        gives(&ctx, "(a => { Object.defineProperty(a, 1, { get: () => 7 }); return a })([1, 0])", vec![1.0, 7.0]);
        let trap = "(a => { Object.defineProperty(a, 1, { get() { throw new Error('trap') } }); return a })([1, 0])";
        let error = block_on(ctx.eval::<Vec<f64>>(trap)).unwrap_err().to_string();
        assert!(error.starts_with("expected a number at [1], found Error: trap"), "{error}");
        // And may change the array.
        let shrink = "(a => { Object.defineProperty(a, 0, { get() { a.length = 1; return 1 } }); return a })([0, 2])";
        refuses::<Vec<f64>>(&ctx, shrink, "expected a number at [1], found undefined");
    });
}

#[test]
fn convert_bytes() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        gives(&ctx, "new Uint8Array([1, 2, 255])", vec![1_u8, 2, 255]);
        gives(&ctx, "new Uint8Array([1, 2, 3, 4]).subarray(1, 3)", vec![2_u8, 3]);
        gives(&ctx, "new Uint16Array([0x0102])", 0x0102_u16.to_ne_bytes().to_vec());
        gives(&ctx, "new DataView(new Uint8Array([1, 2, 3]).buffer, 1)", vec![2_u8, 3]);
        gives(&ctx, "new Uint8Array([9, 8]).buffer", vec![9_u8, 8]);
        gives(&ctx, "new Uint8Array(0)", Vec::<u8>::new());
        gives(&ctx, "new ArrayBuffer(0)", Vec::<u8>::new());
        gives(&ctx, "new Uint8Array(1 << 22).fill(7)", vec![7_u8; 1 << 22]);
        // A detached buffer is empty.
        gives(&ctx, "(a => { a.buffer.transfer(); return a })(new Uint8Array(3))", Vec::<u8>::new());
        gives(&ctx, "(b => { b.transfer(); return b })(new ArrayBuffer(3))", Vec::<u8>::new());
        gives(&ctx, "new Uint8Array(new ArrayBuffer(2, { maxByteLength: 8 }))", vec![0_u8; 2]);
        gives(&ctx, "(b => { b.resize(5); return b })(new ArrayBuffer(2, { maxByteLength: 8 }))", vec![0_u8; 5]);
        becomes(&ctx, vec![1_u8, 2, 255], "v instanceof Uint8Array && v.join() === '1,2,255'");
        becomes(&ctx, Vec::<u8>::new(), "v instanceof Uint8Array && v.length === 0 && v.buffer.byteLength === 0");
        becomes(&ctx, vec![3_u8; 1 << 22], "v.length === 1 << 22 && v.every(b => b === 3)");
        // A copy: what JS writes stays there.
        becomes(&ctx, vec![vec![1_u8], vec![]], "v[0][0] = 9, v[1].length === 0");
        let bytes = "bytes (a typed array, a DataView or an ArrayBuffer)";
        for (source, found) in [
            ("[1, 2]", "array"),
            ("'bytes'", "string \"bytes\""),
            ("new SharedArrayBuffer(2)", "object"),
            ("null", "null"),
        ] {
            refuses::<Vec<u8>>(&ctx, source, &format!("expected {bytes}, found {found}"));
        }
        gives(&ctx, "null", None::<Vec<u8>>);
    });
}

#[test]
fn convert_roots_keep_identity() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let function: JsRoot<v8::Function> = block_on(ctx.eval("globalThis.f = () => 6 * 7")).unwrap();
        let object: JsRoot<v8::Object> = block_on(ctx.eval("globalThis.o = {}")).unwrap();
        assert_eq!(isolate.stats().roots, 2);
        becomes(&ctx, function.clone(), "v === f");
        becomes(&ctx, vec![object.clone(), object.clone()], "v[0] === o && v[0] === v[1]");
        let n = block_on(ctx.try_run((function,), |lock, (function,)| {
            let (function, this) = (function.try_get(lock)?, lock.undefined());
            lock.try_catch(|lock| function.call(lock, this, &[])).map(|value| value.number_value(lock))
        }));
        assert_eq!(n.unwrap(), Some(42.0));
        // A promise that is asked for as a value is followed, a function is not called.
        gives(&ctx, "Promise.resolve(1)", 1.0);
        refuses::<JsRoot<v8::Function>>(&ctx, "1", "expected a v8 Function, found number 1");
        refuses::<JsRoot<v8::Map>>(&ctx, "new Set", "expected a v8 Map, found object");
        drop(object);
        until(|| isolate.stats().roots == 0);
    });
}
