// R2 explicit-captures: a host function goes back into its context and mentions what it awaited
// E0308 means: the body is a plain `fn`, which takes along only what is listed. "`body` captured here" is the variable
// to list: `((body,), |lock, (body,)| ..)`.

use isolock::prelude::*;

#[isolate_fn]
async fn fetch_text(ev: Event, url: String) -> Result<String, RunError> {
    let body = format!("the text at {url}");
    ev.run((), |lock, ()| lock.console_log(&format!("{} bytes", body.len()))).await?;
    Ok(body)
}

fn main() {}
