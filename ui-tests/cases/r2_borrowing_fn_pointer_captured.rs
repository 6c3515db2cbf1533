// R2 explicit-captures: a turn takes along a pointer to a function that borrows its argument
// "Not general enough" means: a pointer to a function is portable if its arguments have no lifetimes, `fn(String)`; a
// trait can't cover `fn(&str)` as well. Take the argument by value, or name the function in the body without capturing it.

use isolock::prelude::*;

async fn print(ctx: &IoContext, lines: Vec<String>, format: fn(&str) -> String) -> Result<(), RunError> {
    ctx.run((lines, format), |lock, (lines, format)| lines.iter().for_each(|line| lock.console_log(&format(line))))
        .await
}

fn main() {}
