// R7 no-escape: the bytes of a buffer are kept beyond the scope that lends them
// The message speaks of lifetimes: the bytes are borrowed from `no_js` and end with it, because JavaScript may detach the
// buffer as soon as it runs again. Use them inside, or take a copy along: `bytes.to_vec()`.

use isolock::{Bytes, BytesError, prelude::*, v8};

fn body_of(lock: &mut Lock<'_>, body: v8::Local<'_, v8::Value>) -> usize {
    let bytes: Result<Bytes<'_>, BytesError> = lock.no_js(|no_js| no_js.bytes(body)).unwrap();
    bytes.map_or(0, |bytes| bytes.len())
}

fn main() {}
