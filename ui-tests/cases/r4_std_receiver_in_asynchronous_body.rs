// R4 no-blocking: an asynchronous body takes along a receiver that can only block

use isolock::prelude::*;
use std::sync::mpsc::Receiver;

async fn forward(ctx: &IoContext, lines: Receiver<String>) -> Result<(), RunError> {
    ctx.spawn((lines,), |event, (lines,)| async move {
        while let Ok(line) = lines.recv() {
            event.run((line,), |lock, (line,)| lock.console_log(&line)).await?;
        }
        Ok(())
    })
    .await?
}

fn main() {}
