// R7 no-escape: a stored callback is to be called with a local, though it is called from any thread

use isolock::{Reentry, prelude::*, v8};

fn subscribe(ev: &Event) -> Reentry<(v8::Local<'static, v8::Object>,), bool> {
    ev.reentry((), |_lock, (), (message,): (v8::Local<'static, v8::Object>,)| message.is_object())
}

fn main() {}
