//! Scopes in which no JavaScript can run, and the bytes that are lent there.

use crate::support::*;
use isolock::{BytesError, NoJs, prelude::*, v8};
use isolock_tests::block_on;

/// Copies bytes out of a scope.
fn copied(lock: &mut Lock<'_>, source: &str) -> Result<Vec<u8>, BytesError> {
    let value = lock.eval(source).expect("a value");
    lock.no_js(|no_js| no_js.bytes(value).map(|bytes| bytes.to_vec())).expect("no JavaScript")
}

#[test]
fn r7_bytes_are_lent_of_buffers_and_of_the_part_that_a_view_shows() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.run((), |lock, ()| {
            let bytes = |lock: &mut Lock<'_>, source| copied(lock, source).unwrap();
            // Small enough to lie inside of V8's heap at first.
            assert_eq!(bytes(lock, "new Uint8Array([1, 2, 3])"), [1, 2, 3]);
            assert_eq!(bytes(lock, "new Uint8Array([1, 2, 3, 4]).subarray(1, 3)"), [2, 3]);
            assert_eq!(bytes(lock, "new Uint8Array([5, 6]).buffer"), [5, 6]);
            assert_eq!(bytes(lock, "new DataView(new ArrayBuffer(8), 2, 3)"), [0; 3]);
            assert_eq!(bytes(lock, "new Uint16Array([0x0201])"), [1, 2]);
            assert_eq!(bytes(lock, "new Uint8Array(100_000).fill(7)").len(), 100_000);
            assert_eq!(bytes(lock, "new ArrayBuffer(0)"), [0_u8; 0]);
            assert_eq!(bytes(lock, "new Uint8Array(new ArrayBuffer(4), 4)"), [0_u8; 0]);
            let resized =
                "var r = new ArrayBuffer(4, { maxByteLength: 16 }); var v = new Uint8Array(r); r.resize(6); v";
            assert_eq!(bytes(lock, resized).len(), 6);
        }))
        .unwrap();
    });
}

#[test]
fn r7_several_buffers_are_read_at_once() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.try_run((), |lock, ()| {
            let (a, b, none) =
                (lock.eval("new Uint8Array([1, 2])")?, lock.eval("new ArrayBuffer(3)")?, lock.eval("5")?);
            lock.no_js(|no_js| {
                let [first, second] = no_js.bytes_of([a, b]).expect("bytes");
                assert_eq!((&*first, &*second), (&[1, 2][..], &[0, 0, 0][..]));
                drop((first, second));
                assert_eq!(no_js.bytes_of([a, none]).err(), Some(BytesError::NotBytes));
            })
        }))
        .unwrap();
    });
}

#[test]
fn r7_what_has_no_bytes_of_its_own_is_refused() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.run((), |lock, ()| {
            assert_eq!(copied(lock, "[1, 2]"), Err(BytesError::NotBytes));
            assert_eq!(copied(lock, "'text'"), Err(BytesError::NotBytes));
            assert_eq!(copied(lock, "var b = new ArrayBuffer(4); b.transfer(); b"), Err(BytesError::Detached));
            let view = "var b = new ArrayBuffer(4); var v = new Uint8Array(b, 2); b.transfer(); v";
            assert_eq!(copied(lock, view), Err(BytesError::Detached));
            assert_eq!(copied(lock, "new SharedArrayBuffer(4)"), Err(BytesError::Shared));
            assert_eq!(copied(lock, "new Uint8Array(new SharedArrayBuffer(4))"), Err(BytesError::Shared));
        }))
        .unwrap();
    });
}

#[test]
fn r7_javascript_sees_what_was_written() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let sum = block_on(ctx.try_run((), |lock, ()| {
            let view = lock.eval("var view = new Uint8Array(4); view")?;
            lock.no_js(|no_js| {
                let mut bytes = no_js.bytes_mut(view).expect("bytes");
                bytes.copy_from_slice(&[1, 2, 3, 4]);
                assert_eq!(bytes.iter().sum::<u8>(), 10);
            })?;
            lock.eval("view.reduce((a, b) => a + b)").map(|sum| sum.int32_value(lock))
        }))
        .unwrap();
        assert_eq!(sum, Some(10));
    });
}

#[test]
fn r7_memory_outlives_a_buffer_that_is_detached_through_the_raw_api() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.try_run((), |lock, ()| {
            let value = lock.eval("new Uint8Array(1 << 20).fill(9).buffer")?;
            let buffer = v8::Local::<v8::ArrayBuffer>::try_from(value).expect("a buffer");
            lock.no_js(|no_js| {
                let bytes = no_js.bytes(value).expect("bytes");
                assert_eq!(buffer.detach(None), Some(true));
                assert!(bytes.len() == 1 << 20 && bytes.iter().all(|byte| *byte == 9));
                drop(bytes);
                assert_eq!(no_js.bytes(value).err(), Some(BytesError::Detached));
            })
        }))
        .unwrap();
    });
}

/// What `f` finds when V8 refuses it, and whether JavaScript runs again afterwards.
fn refused(lock: &mut Lock<'_>, f: impl for<'b> FnOnce(&mut NoJs<'b>) -> bool) {
    let ran = lock.no_js(f);
    assert!(matches!(ran, Err(RunError::Refused(_))), "{ran:?}");
    assert!(lock.eval("6 * 7").is_ok());
}

#[test]
fn r7_javascript_that_would_run_by_the_way_is_refused() {
    #[isolate_fn]
    fn called() -> u32 {
        unreachable!("V8 calls host functions even where it refuses JavaScript")
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((called {},)));
        block_on(ctx.run((), |lock, ()| {
            let sources = [
                "({ get key() { throw new Error('ran') } })",
                "new Proxy({}, { get() { throw new Error('ran') } })",
                "Object.defineProperty({}, 'key', { get: called })",
            ];
            for source in sources {
                let object = v8::Local::<v8::Object>::try_from(lock.eval(source).unwrap()).unwrap();
                let key = lock.string("key").unwrap();
                refused(lock, |no_js| object.get(no_js, key.into()).is_none());
            }
            let speaks = lock.eval("({ toString() { throw new Error('ran') } })").unwrap();
            refused(lock, |no_js| speaks.to_string(no_js).is_none());
            for source in ["() => { throw new Error('ran') }", "called"] {
                let function = v8::Local::<v8::Function>::try_from(lock.eval(source).unwrap()).unwrap();
                refused(lock, |no_js| {
                    let receiver = no_js.get_current_context().global(no_js).into();
                    function.call(no_js, receiver, &[]).is_none()
                });
            }
        }))
        .unwrap();
    });
}

#[test]
fn r7_data_can_be_read_without_javascript() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let text = block_on(ctx.try_run((), |lock, ()| {
            let object = v8::Local::<v8::Object>::try_from(lock.eval("({ key: 'value' })")?).expect("an object");
            let key = lock.string("key")?;
            lock.no_js(|no_js| object.get(no_js, key.into()).map(|value| value.to_rust_string_lossy(no_js)))
        }))
        .unwrap();
        assert_eq!(text.as_deref(), Some("value"));
    });
}

#[test]
fn r10_a_panic_inside_leaves_nothing_behind() {
    #[isolate_fn]
    fn double(n: f64) -> f64 {
        n * 2.0
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((double {},)));
        let panicked = block_on(ctx.run((), |lock, ()| lock.no_js(|_no_js| panic!("inside")).unwrap_or(())));
        assert!(matches!(panicked, Err(RunError::Panicked { .. })), "{panicked:?}");
        assert_eq!(block_on(ctx.eval::<f64>("double(21)")).unwrap(), 42.0);
    });
}

#[test]
fn r7_what_v8_throws_for_another_reason_is_not_called_javascript() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.run((), |lock, ()| {
            let symbol = lock.eval("Symbol('s')").unwrap();
            let threw = lock.no_js(|no_js| symbol.to_string(no_js).is_none());
            assert!(matches!(&threw, Err(RunError::Threw(error)) if error.class == "TypeError"), "{threw:?}");
            assert!(lock.eval("6 * 7").is_ok());
        }))
        .unwrap();
    });
}

#[test]
fn r7_bytes_of_memories_and_of_views_that_follow_their_buffer_are_those_of_now() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.run((), |lock, ()| {
            let memory =
                "var m = new WebAssembly.Memory({ initial: 1, maximum: 4 }); var old = new Uint8Array(m.buffer);
                m.grow(1); m.buffer";
            assert_eq!(copied(lock, memory).map(|bytes| bytes.len()), Ok(2 << 16));
            assert_eq!(copied(lock, "old"), Err(BytesError::Detached));
            let view =
                "var r = new ArrayBuffer(4, { maxByteLength: 16 }); var v = new Uint8Array(r, 2); r.resize(8); v";
            assert_eq!(copied(lock, view).map(|bytes| bytes.len()), Ok(6));
            // Out of its bounds: as short as it seems to JavaScript.
            assert!(copied(lock, "var w = new Uint8Array(r, 4, 4); r.resize(6); w").unwrap_or_default().is_empty());
            assert!(copied(lock, "r.resize(1); w").unwrap_or_default().is_empty());
            assert!(copied(lock, "v").unwrap_or_default().is_empty());
            let shared = "new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer";
            assert_eq!(copied(lock, shared), Err(BytesError::Shared));
        }))
        .unwrap();
    });
}
