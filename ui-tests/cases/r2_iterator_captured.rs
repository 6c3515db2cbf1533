// R2 explicit-captures: a turn takes along an iterator, which holds a closure

use isolock::prelude::*;

async fn print(ctx: &IoContext, names: Vec<String>, greeting: &'static str) -> Result<(), RunError> {
    let lines = names.into_iter().map(move |name| format!("{greeting}, {name}"));
    ctx.run((lines,), |lock, (lines,)| lines.for_each(|line| lock.console_log(&line))).await
}

fn main() {}
