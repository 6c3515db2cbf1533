// R7 no-escape: a host function sends an argument through a channel
// E0521 means: the local lives as long as its turn (`'s`), and the channel keeps what lives for ever. Send a
// `JsRoot<v8::Value>`, made by `lock.root(message)`.

use isolock::prelude::*;
use isolock::v8;
use std::sync::mpsc::Sender;

#[isolate_fn]
fn post<'s>(
    _lock: &mut Lock<'s>,
    #[capture] queue: &Sender<v8::Local<'static, v8::Value>>,
    message: v8::Local<'s, v8::Value>,
) -> bool {
    queue.send(message).is_ok()
}

fn main() {}
