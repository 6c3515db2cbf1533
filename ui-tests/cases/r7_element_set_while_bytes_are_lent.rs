// R7 no-escape: V8 is asked to write an element of a buffer whose bytes are lent
// E0502 means: while bytes are lent, `no_js` can't be used as a scope, because V8 writes elements of typed arrays through
// one without running any JavaScript. Write through the bytes themselves: `no_js.bytes_mut(view)`.

use isolock::{prelude::*, v8};

fn set_flag(lock: &mut Lock<'_>, view: v8::Local<'_, v8::Object>, flag: v8::Local<'_, v8::Value>) -> Result<u8, RunError> {
    lock.no_js(|no_js| {
        let Ok(bytes) = no_js.bytes(view.into()) else { return 0 };
        view.set_index(no_js, 0, flag);
        bytes[0]
    })
}

fn main() {}
