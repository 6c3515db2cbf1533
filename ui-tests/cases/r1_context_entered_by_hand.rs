// R1 enter-by-run: a turn enters another context with the v8 crate's scope
// E0277 means: a `Lock` is not one of the v8 crate's scopes. Write `lock.in_context(&other, (..), |lock, (..)| ..)`,
// with the `WeakIoContext` of the other: it also checks that the context lives and is in the group.

use isolock::prelude::*;
use isolock::v8;

fn title_of(lock: &mut Lock<'_>, other: v8::Local<'_, v8::Context>) -> String {
    let _scope = v8::ContextScope::new(lock, other);
    lock.eval("document.title").unwrap().to_rust_string_lossy(lock)
}

fn main() {}
