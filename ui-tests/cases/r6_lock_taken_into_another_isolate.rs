// R6 never-mix: a turn takes its lock along into the turn of another isolate
// The message means: a turn has its own lock and nobody else's, so that the values of two isolates never meet.
// Convert the question to a Rust value, leave the turn, and take it along into the other's.

use isolock::prelude::*;

fn ask(lock: &mut Lock<'_>, plugin: &IoContext) -> Result<String, RunError> {
    plugin.run_blocking((lock,), |plugin, (lock,)| {
        let question = lock.eval("question").unwrap();
        plugin.set_global("question", question).unwrap();
        plugin.eval("answer(question)").unwrap().to_rust_string_lossy(plugin)
    })
}

fn main() {}
