// R7 no-escape: the lock is used inside of a `no_js` scope
// E0500 or E0501 means: `no_js` borrows the lock for as long as it runs, so that nothing in it can run JavaScript, which
// could detach the buffer. Call JavaScript after the scope, with what it gave.

use isolock::{prelude::*, v8};

fn log_first_byte(lock: &mut Lock<'_>, body: v8::Local<'_, v8::Value>) -> Result<(), RunError> {
    lock.no_js(|no_js| {
        if let Ok(bytes) = no_js.bytes(body) {
            let _ = lock.eval(&format!("console.log({})", bytes[0]));
        }
    })
}

fn main() {}
