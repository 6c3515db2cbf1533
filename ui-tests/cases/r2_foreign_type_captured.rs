// R2 explicit-captures: a turn takes along a type of another crate that isn't on the list

use isolock::prelude::*;
use std::process::Command;

async fn build(ctx: &IoContext, command: Command) -> Result<(), RunError> {
    ctx.try_run((command,), |lock, (command,)| {
        lock.set_global("program", command.get_program().to_string_lossy().into_owned())
    })
    .await
}

fn main() {}
