//! Bytes that are lent where no JavaScript can run (R7).

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;

/// What `body` gives for the value of `source`.
fn with_value<R: Portable + PartialEq + std::fmt::Debug>(
    source: &str,
    expected: &R,
    body: for<'a, 's> fn(&'a mut Lock<'s>, v8::Local<'s, v8::Value>) -> Result<R, RunError>,
) {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let result = block_on(ctx.try_run((source.to_owned(), Carry(body)), |lock, (source, Carry(body))| {
            let value = lock.eval(&source)?;
            body(lock, value)
        }));
        assert_eq!(result.unwrap(), *expected);
    });
}

#[test]
fn r7_bytes_kept_after_no_js() {
    fn body_of(lock: &mut Lock<'_>, body: v8::Local<'_, v8::Value>) -> Result<usize, RunError> {
        let bytes: Vec<u8> =
            lock.no_js(|no_js| no_js.bytes(body).map_or_else(|_| Vec::new(), |bytes| bytes.to_vec()))?;
        Ok(bytes.len())
    }
    with_value("new Uint8Array(3)", &3, body_of);
}

#[test]
fn r7_lock_used_while_bytes_are_lent() {
    fn log_first_byte(lock: &mut Lock<'_>, body: v8::Local<'_, v8::Value>) -> Result<u32, RunError> {
        let first = lock.no_js(|no_js| no_js.bytes(body).map(|bytes| bytes[0]))?;
        let logged = lock.eval(&format!("var logged = {}; logged", first.unwrap_or(0)))?;
        Ok(logged.uint32_value(lock).unwrap_or(0))
    }
    with_value("new Uint8Array([7])", &7, log_first_byte);
}

#[test]
fn r7_javascript_called_in_no_js() {
    fn pad(lock: &mut Lock<'_>, body: v8::Local<'_, v8::Value>) -> Result<bool, RunError> {
        let padded = lock.eval("(function pad() { return true })()")?.is_true();
        Ok(padded && lock.no_js(|no_js| no_js.bytes(body).is_ok())?)
    }
    with_value("new ArrayBuffer(8)", &true, pad);
}

#[test]
fn r7_element_set_while_bytes_are_lent() {
    fn set_flag(lock: &mut Lock<'_>, view: v8::Local<'_, v8::Object>, flag: u8) -> Result<u8, RunError> {
        lock.no_js(|no_js| {
            let Ok(mut bytes) = no_js.bytes_mut(view.into()) else { return 0 };
            bytes[0] = flag;
            bytes[0]
        })
    }
    with_value("new Uint8Array(1)", &7, |lock, value| {
        let view = v8::Local::<v8::Object>::try_from(value).expect("a typed array");
        set_flag(lock, view, 7)
    });
}

#[test]
fn r7_two_buffers_open_for_writing() {
    fn swap(lock: &mut Lock<'_>, a: v8::Local<'_, v8::Value>, b: v8::Local<'_, v8::Value>) -> Result<(), RunError> {
        lock.no_js(|no_js| {
            let Ok(before) = no_js.bytes(a).map(|bytes| bytes.to_vec()) else { return };
            let Ok(other) = no_js.bytes(b).map(|bytes| bytes.to_vec()) else { return };
            if let Ok(mut bytes) = no_js.bytes_mut(a) {
                bytes.copy_from_slice(&other);
            }
            if let Ok(mut bytes) = no_js.bytes_mut(b) {
                bytes.copy_from_slice(&before);
            }
        })
    }
    with_value(
        "var a = new Uint8Array([1, 2]); var b = new Uint8Array([3, 4]); a",
        &"3,4 1,2".to_owned(),
        |lock, a| {
            let b = lock.eval("b")?;
            swap(lock, a, b)?;
            Ok(lock.eval("`${a} ${b}`")?.to_rust_string_lossy(lock))
        },
    );
}
