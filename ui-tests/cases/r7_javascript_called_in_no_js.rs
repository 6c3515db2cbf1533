// R7 no-escape: JavaScript is called inside of a `no_js` scope
// `NoJs` has no `eval`: no JavaScript can run while it lives. Evaluate before the scope or after it, under the `Lock`.

use isolock::{prelude::*, v8};

fn pad(lock: &mut Lock<'_>, body: v8::Local<'_, v8::Value>) -> Result<bool, RunError> {
    lock.no_js(|no_js| {
        let bytes = no_js.bytes(body);
        no_js.eval("pad()").is_ok() && bytes.is_ok()
    })
}

fn main() {}
