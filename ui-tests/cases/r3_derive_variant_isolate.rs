// R3 weak-across-threads: one variant of an enum that derives `Portable` holds an isolate

use isolock::prelude::*;

#[derive(Portable)]
enum Command {
    Stop,
    Evaluate { source: String },
    Adopt(Isolate),
}

async fn send(ctx: &IoContext, command: Command) -> Result<(), RunError> {
    ctx.try_run((command,), |lock, (command,)| match command {
        Command::Evaluate { source } => lock.eval(&source).map(drop),
        _ => Ok(()),
    })
    .await
}

fn main() {}
