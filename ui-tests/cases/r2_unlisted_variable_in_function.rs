// R2 explicit-captures: a JS function made from a closure mentions a variable that is not listed
// E0308 means: the body is a plain `fn`, which takes along only what is listed. "`sender` captured here" is the
// variable to list: `("emit", (sender,), |lock, (sender,), (text,): (String,)| ..)`.

use isolock::prelude::*;
use std::sync::mpsc::Sender;

async fn install_emit(ctx: &IoContext, sender: Sender<String>) -> Result<(), RunError> {
    ctx.try_run((sender,), |lock, (sender,)| {
        let emit = lock.function("emit", (), |_lock, (), (text,): (String,)| sender.send(text).is_ok())?;
        lock.set_global("emit", emit)
    })
    .await
}

fn main() {}
