use isolock::prelude::*;
use isolock_tests::{Fixture, block_on};
use std::time::Duration;
#[test]
fn scratch() {
    let flags = std::env::var("FLAGS").unwrap_or_default();
    for src in std::env::var("SRC").unwrap_or_default().split("@@") {
        let fixture = Fixture::with(|b| b.v8_flags(&flags));
        let isolate = fixture.isolate(IsolateOptions::new().turn_limit(Duration::from_millis(50)));
        let ctx = isolock_tests::context(&isolate);
        let t = std::time::Instant::now();
        let r = block_on(ctx.eval::<()>(src));
        eprintln!("{src}: {:?} {r:?}", t.elapsed());
        drop(isolate);
    }
}
