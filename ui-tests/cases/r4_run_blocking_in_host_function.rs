// R4 no-blocking: a host function waits for a turn, while it holds the lock of the isolate

use isolock::prelude::*;

#[isolate_fn]
fn ask(#[capture] other: &Plugin, question: String) -> Result<String, RunError> {
    other.context().run_blocking((question,), |_lock, (question,)| format!("{question}? No."))
}

struct Plugin;

impl Portable for Plugin {}

impl Plugin {
    fn context(&self) -> IoContext {
        unimplemented!()
    }
}

fn main() {}
