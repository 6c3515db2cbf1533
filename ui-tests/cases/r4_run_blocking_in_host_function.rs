// R4 no-blocking: a host function waits for a turn, while it holds the lock of the isolate

use isolock::prelude::*;

#[isolate_fn]
fn ask(lock: &mut Lock<'_>, #[capture] plugin: &usize, question: String) -> Result<String, RunError> {
    lock.console_log(&question);
    plugins(*plugin).run_blocking((question,), |_lock, (question,)| format!("{question}? No."))
}

fn plugins(_index: usize) -> IoContext {
    todo!()
}

fn main() {}
