// R2 explicit-captures: all that is wrong with a host function is said at once

use isolock::prelude::*;

#[isolate_fn(nmae = "fetchText", name = "fetch text")]
async fn fetch_text(lock: &mut Lock<'_>, #[capture] log: &mut String, ctx: IoContext, url: &str) -> impl ToString {
    lock.console_log(url);
    log.push_str(url);
    ctx.close();
    url.len()
}

fn main() {}
