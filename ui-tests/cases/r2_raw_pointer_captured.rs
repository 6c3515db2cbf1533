// R2 explicit-captures: a turn takes along a pointer that a C library gave out

use isolock::prelude::*;
use std::ffi::{CStr, c_char};

async fn version(ctx: &IoContext, text: *const c_char) -> Result<(), RunError> {
    ctx.try_run((text,), |lock, (text,)| {
        // SAFETY: the library's text is never freed.
        let text = unsafe { CStr::from_ptr(text) };
        lock.set_global("version", text.to_string_lossy().into_owned())
    })
    .await
}

fn main() {}
