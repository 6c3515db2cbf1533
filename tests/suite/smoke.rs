use isolock::prelude::*;
use isolock_tests::{Fixture, block_on, watched};

#[isolate_fn]
fn add(a: f64, b: f64) -> f64 {
    a + b
}

#[isolate_fn(name = "slowAdd")]
async fn slow_add(ev: Event, #[capture] base: f64, a: f64) -> Result<f64, RunError> {
    let more =
        ev.run((a,), |lock, (a,)| lock.eval(&format!("{a} * 2")).map(|v| v.number_value(lock).unwrap())).await??;
    Ok(base + more)
}

#[test]
fn smoke() {
    watched(|| {
        let fixture = Fixture::new();
        for home in [Home::Shared, Home::Pinned] {
            let isolate = fixture.isolate(IsolateOptions::new().home(home));
            let ctx = block_on(
                isolate
                    .context(ContextOptions::new())
                    .setup((), |lock, ()| lock.install((add {}, slow_add { base: 100.0 }))),
            )
            .unwrap();
            let n: f64 = block_on(ctx.eval("add(1, 2)")).unwrap();
            assert_eq!(n, 3.0);
            let n: f64 = block_on(ctx.eval("slowAdd(5).then(x => add(x, 1))")).unwrap();
            assert_eq!(n, 111.0);
            assert_eq!(block_on(add::run(&ctx, 1.0, 2.0)).unwrap(), 3.0);
            assert_eq!(block_on(slow_add { base: 1.0 }.run(&ctx, 2.0)).unwrap().unwrap(), 5.0);
            let error = block_on(ctx.eval::<f64>("add(1)")).unwrap_err();
            println!("{error}");
            let error = block_on(ctx.eval::<f64>("add(1, 'x')")).unwrap_err();
            println!("{error}");
            let ns =
                block_on(ctx.load_module("m.js", "export default x => slowAdd(x); export const y = await slowAdd(1);"))
                    .unwrap();
            let n: f64 = block_on(ctx.call(&ns, "default", (7.0,))).unwrap();
            assert_eq!(n, 114.0);
            println!("{:?}", isolate.stats());
            block_on(isolate.shutdown());
            let error = block_on(ctx.eval::<f64>("add(1, 'x')")).unwrap_err();
            println!("{error}");
        }
    });
}
