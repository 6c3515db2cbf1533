// R7 no-escape: the bytes of two buffers are borrowed for writing at once
// E0499 means: two views may show the same bytes, so only one is open for writing at a time. Copy one of them first
// (`to_vec()`), or write them one after the other.

use isolock::{prelude::*, v8};

fn swap(lock: &mut Lock<'_>, a: v8::Local<'_, v8::Value>, b: v8::Local<'_, v8::Value>) -> Result<(), RunError> {
    lock.no_js(|no_js| {
        let (Ok(mut a), Ok(mut b)) = (no_js.bytes_mut(a), no_js.bytes_mut(b)) else { return };
        a.swap_with_slice(&mut b);
    })
}

fn main() {}
