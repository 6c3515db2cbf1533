//! Values that go to another isolate as a structured clone (R6).

use crate::support::*;
use isolock::{JsError, StructuredClone, prelude::*, v8};
use isolock_tests::block_on;

/// Clones the value of `source` out of a context; transfers `moved` if it is the name of a buffer.
fn clone_out(ctx: &IoContext, source: &str, moved: Option<&str>) -> Result<StructuredClone, RunError> {
    block_on(ctx.try_run((source.to_owned(), moved.map(str::to_owned)), |lock, (source, moved)| {
        let value = lock.eval(&source)?;
        let mut transfer = Vec::new();
        if let Some(moved) = moved {
            transfer.push(v8::Local::<v8::ArrayBuffer>::try_from(lock.eval(&moved)?).expect("a buffer"));
        }
        lock.serialize(value, &transfer)
    }))
}

/// Makes it the global `got` of another context.
fn clone_in(ctx: &IoContext, clone: StructuredClone) -> Result<(), RunError> {
    block_on(ctx.try_run((clone,), |lock, (clone,)| {
        let value = lock.deserialize(clone)?;
        lock.set_global("got", value)
    }))
}

fn error_of<T: std::fmt::Debug>(result: Result<T, RunError>) -> JsError {
    match result {
        Err(RunError::Threw(error)) => (*error).clone(),
        other => panic!("{other:?}"),
    }
}

/// Whether JS sees a `DataCloneError`.
fn is_data_clone_error(error: &JsError) -> bool {
    error.class == "Error" && error.stack.as_ref().is_some_and(|stack| stack.starts_with("DataCloneError"))
}

#[test]
fn r6_values_are_cloned_into_another_isolate() {
    on_both_homes(|world| {
        let ((_one, from), (_other, to)) = (world.context(), world.context());
        let source = "var o = { n: 1.5, s: 'text', big: 2n ** 70n, date: new Date(5), re: /a+/g, list: [1, , 3],
            map: new Map([['k', new Set([1])]]), bytes: new Uint8Array([1, 2]), error: new RangeError('r') }; o.self = o; o";
        clone_in(&to, clone_out(&from, source, None).unwrap()).unwrap();
        let checks = [
            "got.self === got && got.n === 1.5 && got.s === 'text' && got.big === 2n ** 70n",
            "got.date instanceof Date && +got.date === 5 && got.re.flags === 'g' && !(1 in got.list)",
            "got.map.get('k').has(1) && got.bytes[1] === 2 && got.error instanceof RangeError",
        ];
        for check in checks {
            assert!(block_on(to.eval::<bool>(check)).unwrap(), "{check}");
        }
    });
}

#[test]
fn r6_what_can_t_be_cloned_is_a_data_clone_error() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        for source in
            ["() => 1", "Symbol('s')", "({ deep: [new WeakMap()] })", "Promise.resolve(1)", "new Proxy({}, {})"]
        {
            let error = error_of(clone_out(&ctx, source, None));
            assert!(is_data_clone_error(&error), "{source}: {error:?}");
        }
        let error = error_of(clone_out(&ctx, "({ get x() { throw new TypeError('from a getter') } })", None));
        assert_eq!((&*error.class, &*error.message), ("TypeError", "from a getter"));
        // Nothing is left pending, and the next clone is made.
        clone_in(&ctx, clone_out(&ctx, "[1]", None).unwrap()).unwrap();
    });
}

#[test]
fn r6_a_transferred_buffer_is_detached_and_outlives_its_isolate() {
    on_both_homes(|world| {
        let ((one, from), (_other, to)) = (world.context(), world.context());
        let source = "var buffer = new Uint8Array(1 << 16).fill(7).buffer; ({ view: new Uint8Array(buffer, 8) })";
        let clone = clone_out(&from, source, Some("buffer")).unwrap();
        assert!(clone.size() < 1 << 10, "{clone:?}");
        assert!(block_on(from.eval::<bool>("buffer.detached")).unwrap());
        drop(from);
        block_on(one.shutdown());
        clone_in(&to, clone).unwrap();
        let intact =
            "got.view.byteOffset === 8 && got.view.buffer.byteLength === 1 << 16 && got.view.every(x => x === 7)";
        assert!(block_on(to.eval::<bool>(intact)).unwrap());
        assert!(block_on(to.eval::<bool>("got.view.fill(8); got.view[0] === 8")).unwrap());
    });
}

#[test]
fn r6_buffers_that_can_t_go_are_refused() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let gone = error_of(clone_out(&ctx, "var a = new ArrayBuffer(4); a.transfer(); 1", Some("a")));
        assert!(is_data_clone_error(&gone) && gone.message.contains("detached"), "{gone:?}");
        let memory = "var m = new WebAssembly.Memory({ initial: 1 }).buffer; 1";
        let memory = error_of(clone_out(&ctx, memory, Some("m")));
        assert!(is_data_clone_error(&memory), "{memory:?}");
        let twice = block_on(ctx.try_run((), |lock, ()| {
            let value = lock.eval("var b = new ArrayBuffer(4); b")?;
            let buffer = v8::Local::<v8::ArrayBuffer>::try_from(value).expect("a buffer");
            lock.serialize(value, &[buffer, buffer])
        }));
        assert!(error_of(twice).message.contains("twice"));
        // What failed has detached nothing.
        assert!(!block_on(ctx.eval::<bool>("b.detached")).unwrap());
        let unclonable = clone_out(&ctx, "var c = new ArrayBuffer(4); [c, () => 1]", Some("c"));
        assert!(is_data_clone_error(&error_of(unclonable)));
        assert!(!block_on(ctx.eval::<bool>("c.detached")).unwrap());
    });
}

#[test]
fn r6_a_getter_may_detach_what_is_transferred() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let source = "var d = new ArrayBuffer(4); ({ get x() { d.transfer(); return 1 } })";
        assert!(is_data_clone_error(&error_of(clone_out(&ctx, source, Some("d")))));
    });
}

#[test]
fn r6_a_shared_buffer_is_the_same_memory_in_both_isolates() {
    on_both_homes(|world| {
        let ((_one, from), (_other, to)) = (world.context(), world.context());
        let source = "var shared = new Int32Array(new SharedArrayBuffer(8)); [shared, shared.buffer]";
        clone_in(&to, clone_out(&from, source, None).unwrap()).unwrap();
        assert!(block_on(to.eval::<bool>("got[0].buffer === got[1]")).unwrap());
        assert_eq!(block_on(from.eval::<i32>("Atomics.store(shared, 1, 42)")).unwrap(), 42);
        assert_eq!(block_on(to.eval::<i32>("Atomics.add(got[0], 1, 1)")).unwrap(), 42);
        assert_eq!(block_on(from.eval::<i32>("Atomics.load(shared, 1)")).unwrap(), 43);
    });
}

#[test]
fn r6_host_functions_take_and_give_clones() {
    #[isolate_fn]
    fn size(value: StructuredClone) -> u32 {
        u32::try_from(value.size()).unwrap_or(u32::MAX)
    }

    #[isolate_fn]
    async fn echo(value: StructuredClone) -> StructuredClone {
        value
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((size {}, echo {})));
        assert!(block_on(ctx.eval::<bool>("size('x'.repeat(100)) > 100")).unwrap());
        let echoed =
            "(async () => { const o = { a: [1] }; const e = await echo(o); return e !== o && e.a[0] === 1 })()";
        assert!(block_on(ctx.eval::<bool>(echoed)).unwrap());
        let error = error_of(block_on(ctx.eval::<bool>("size(() => 1)")));
        assert!(error.class == "TypeError" && error.message.contains("a value that can be cloned"), "{error:?}");
    });
}

#[test]
fn r6_a_resizable_buffer_stays_resizable_when_it_is_transferred() {
    on_both_homes(|world| {
        let ((_one, from), (_other, to)) = (world.context(), world.context());
        let source = "var buffer = new ArrayBuffer(4, { maxByteLength: 16 }); new Uint8Array(buffer).fill(7);
            ({ all: new Uint8Array(buffer), end: new Uint8Array(buffer, 2, 2) })";
        clone_in(&to, clone_out(&from, source, Some("buffer")).unwrap()).unwrap();
        let intact = "got.all.buffer.resizable && got.all.buffer === got.end.buffer && got.all.every(x => x === 7)";
        assert!(block_on(to.eval::<bool>(intact)).unwrap());
        let grown = "got.all.buffer.resize(8); [got.all.length, got.end.length].join()";
        assert_eq!(text(&to, grown), "8,2");
        let shrunk = "got.all.buffer.resize(1); [got.all.length, got.end.length].join()";
        assert_eq!(text(&to, shrunk), "1,0");
    });
}
